using System.Text.Json.Nodes;
using Oms.LocalAws.Backends;

namespace Oms.Tests.Support;

/// <summary>The committed sample payloads, changed where a test needs it.</summary>
internal static class Sample
{
    /// <summary>SKUs of samples/magento-order.json and samples/native-order.json, with the quantities that they order.</summary>
    public static readonly (string Sku, decimal Quantity)[] Lines = [("MUG-STONE-350", 2), ("TEA-SENCHA-100", 1)];

    public static string Read(string name) => File.ReadAllText(Path.Combine(RepositoryFolder.Path, "samples", name));

    /// <summary>An order of two lines, authorised in Magento.</summary>
    public static string Magento(string number, Action<JsonObject>? change = null) => Change("magento-order.json", order =>
    {
        order["increment_id"] = number;
        change?.Invoke(order);
    });

    /// <summary>The same without any money: Magento's own pending order by cash on delivery.</summary>
    public static string MagentoUnpaid(string number) => Magento(number, static order =>
    {
        order["state"] = "new";
        order["status"] = "pending";
        var payment = order["payment"]!.AsObject();
        payment["method"] = "cashondelivery";
        payment.Remove("amount_authorized");
        payment.Remove("base_amount_authorized");
        payment.Remove("amount_paid");
        payment.Remove("base_amount_paid");
        order.Remove("total_paid");
        order.Remove("base_total_paid");
    });

    /// <summary>A native order of the same two lines, paid with <paramref name="token"/>.</summary>
    public static string Native(string token = "sim_approve", Action<JsonObject>? change = null) => Change("native-order.json", order =>
    {
        order["payment"]!["token"] = token;
        change?.Invoke(order);
    });

    private static string Change(string name, Action<JsonObject> change)
    {
        var order = JsonNode.Parse(Read(name))!.AsObject();
        change(order);
        return order.ToJsonString();
    }
}
