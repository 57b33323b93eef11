namespace Oms.Inventory;

/// <summary>Others changed the same stock in every round; the message is delivered again.</summary>
internal sealed class StockContentionException : Exception
{
    public StockContentionException()
    {
    }

    public StockContentionException(string message)
        : base(message)
    {
    }

    public StockContentionException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
