namespace Oms.Cloud;

/// <summary>The services, and how a name on the wire becomes a logical id in the template.</summary>
internal static class Names
{
    public const string Orders = "orders";
    public const string Payments = "payments";
    public const string Inventory = "inventory";

    public static readonly string[] Services = [Orders, Payments, Inventory];

    /// <summary><c>orders-inbox-dlq</c> becomes <c>OrdersInboxDlq</c>: logical ids never change unless a name does.</summary>
    public static string LogicalId(string name)
        => string.Concat(name.Split('-', '/', '{', '}', ' ', '.', '$').Where(word => word.Length > 0).Select(Capitalised));

    public static string Capitalised(string word) => char.ToUpperInvariant(word[0]) + word[1..];
}
