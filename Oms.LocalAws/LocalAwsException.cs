namespace Oms.LocalAws;

/// <summary>LocalAws cannot start; the message is one sentence that names the setting.</summary>
public sealed class LocalAwsException : Exception
{
    public LocalAwsException()
    {
    }

    public LocalAwsException(string message)
        : base(message)
    {
    }

    public LocalAwsException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
