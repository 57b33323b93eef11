namespace Oms.ServiceDefaults;

/// <summary>
/// A stored item says what only newer code understands. Whatever was to be done with it is tried again until that code does it (ADR 0010):
/// a guess would be written over what it meant.
/// </summary>
public sealed class NewerCodeException : Exception
{
    public NewerCodeException()
    {
    }

    public NewerCodeException(string message)
        : base(message)
    {
    }

    public NewerCodeException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
