namespace Oms.Orders;

/// <summary>What a payment method means for who collects the money, and when. Shops rename and wrap methods ("msp_cashondelivery").</summary>
internal static class PaymentMethods
{
    private static readonly string[] Transfers = ["banktransfer", "bankpayment", "prepayment", "advance_payment"];

    /// <summary>On delivery or by invoice.</summary>
    public static bool PaysLater(string? method) =>
        method is "purchaseorder" or "companycredit" or "cod" || (method?.Contains("cashondelivery", StringComparison.Ordinal) ?? false);

    /// <summary>The customer sends the money on their own time; nothing is authorised before. Phoenix, Unzer and PAYONE have their own names for it.</summary>
    public static bool PaysByTransfer(string? method) => method is "checkmo" || (method is not null && Transfers.Any(name => method.Contains(name, StringComparison.Ordinal)));
}
