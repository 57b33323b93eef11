namespace Amazon.Lambda.Core;

/// <summary>The mobile client that invoked the function, when one did.</summary>
public interface IClientContext
{
    IDictionary<string, string> Environment { get; }

    IClientApplication Client { get; }

    IDictionary<string, string> Custom { get; }
}
