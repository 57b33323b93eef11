namespace Oms.Inventory;

/// <summary>Others changed the same stock in every round; the message is delivered again.</summary>
internal sealed class StockContentionException(string orderId) : Exception($"The reservation of {orderId} could not be settled against others that change the same stock");
