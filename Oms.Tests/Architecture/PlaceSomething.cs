// Each of these breaks one rule on purpose: the rules' own tests show that they are caught.
namespace Oms.Tests.Architecture.Samples;

internal static class PlaceSomething
{
    public static Amazon.DynamoDBv2.Model.AttributeValue Write() => new() { S = "a use case that knows how things are stored" };
}

internal static class SomeFunction
{
    public static Amazon.DynamoDBv2.Model.AttributeValue Write() => new() { S = "a name that is none of a store's" };
}

internal static class CallSomebody
{
    public static async Task<object> Run()
    {
        await Task.Yield();
        return PlaceSomething.Write();
    }
}

internal static class StartLocally
{
    public static Type Reach() => typeof(global::Oms.LocalAws.Templates.LocalTemplate);
}

internal static class HonestStore
{
    public static Amazon.DynamoDBv2.Model.AttributeValue Write() => new() { S = "a store may" };
}

internal static class CheckByHandler
{
    public static Type Reach() => typeof(global::Oms.ServiceDefaults.IFunctionRole);
}
