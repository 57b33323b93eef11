namespace Oms.LocalAws.Backends;

/// <summary>A backend cannot be set up or started; the message is one sentence for the developer who ran the command.</summary>
public sealed class BackendException : Exception
{
    public BackendException()
    {
    }

    public BackendException(string message)
        : base(message)
    {
    }

    public BackendException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
