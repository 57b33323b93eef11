namespace Oms.Orders;

/// <summary>What a payment method means for who collects the money, and when. Shops rename and wrap methods ("msp_cashondelivery").</summary>
internal static class PaymentMethods
{
    /// <summary>On delivery or by invoice.</summary>
    public static bool PaysLater(string? method) =>
        method is "purchaseorder" or "companycredit" or "cod" || (method?.Contains("cashondelivery", StringComparison.Ordinal) ?? false);

    /// <summary>The customer sends the money on their own time; nothing is authorised before.</summary>
    public static bool PaysByTransfer(string? method) => method is "checkmo" || (method?.Contains("banktransfer", StringComparison.Ordinal) ?? false);
}
