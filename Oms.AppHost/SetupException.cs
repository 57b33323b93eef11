namespace Oms.AppHost;

/// <summary>The local stack cannot be set up; the message is one sentence for the developer who started it.</summary>
internal sealed class SetupException : Exception
{
    public SetupException()
    {
    }

    public SetupException(string message)
        : base(message)
    {
    }

    public SetupException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
