namespace Oms.Cloud;

/// <summary>IAM's JSON.</summary>
internal static class Policy
{
    public static Dictionary<string, object> Document(params object[] statements) => new()
    {
        ["Version"] = "2012-10-17",
        ["Statement"] = statements,
    };
}
