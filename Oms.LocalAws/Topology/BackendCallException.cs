namespace Oms.LocalAws.Topology;

/// <summary>A backend refused what the template asks for.</summary>
public sealed class BackendCallException : Exception
{
    public BackendCallException()
    {
    }

    public BackendCallException(string message)
        : base(message)
    {
    }

    public BackendCallException(string message, Exception inner)
        : base(message, inner)
    {
    }

    internal BackendCallException(string operation, string code, string answer, Exception? inner = null)
        : base($"{operation} was refused with {code}: {answer}", inner) => Code = code;

    public string Code { get; } = "Unknown";
}
