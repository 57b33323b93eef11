namespace Oms.Payments;

/// <summary>Others wrote the same payment in every round; the message is delivered again.</summary>
internal sealed class PaymentContentionException : Exception
{
    public PaymentContentionException()
    {
    }

    public PaymentContentionException(string message)
        : base(message)
    {
    }

    public PaymentContentionException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
