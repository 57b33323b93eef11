using System.Text;
using System.Text.Json;
using Oms.Contracts;

namespace Oms.ServiceDefaults.Messaging;

/// <summary>An event in its wire form, with the message attributes that subscriptions filter by.</summary>
public sealed record OutgoingEvent(OmsEvent Event, string Body, IReadOnlyDictionary<string, string> Attributes)
{
    /// <summary>What counts against SNS's limits: the body and the attributes' names, types and values (Amazon SNS, "Message attributes").</summary>
    public int Bytes => Encoding.UTF8.GetByteCount(Body) + Attributes.Sum(static pair => Encoding.UTF8.GetByteCount(pair.Key) + "String".Length + Encoding.UTF8.GetByteCount(pair.Value));

    /// <summary>The wire form of <paramref name="fact"/>.</summary>
    public static OutgoingEvent Of(OmsEvent fact)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal) { ["type"] = fact.Type, ["tenant"] = fact.Tenant, ["store"] = fact.Store };
        var body = fact switch
        {
            OrderEvent order => JsonSerializer.Serialize(order, ContractsJson.Default.OrderEvent),
            StockEvent stock => JsonSerializer.Serialize(stock, ContractsJson.Default.StockEvent),
            PaymentEvent payment => JsonSerializer.Serialize(payment, ContractsJson.Default.PaymentEvent),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        if (fact is OrderEvent { Order.Payer: var payer })
        {
            attributes["payer"] = payer switch { Payer.Magento => "magento", Payer.Oms => "oms", Payer.Later => "later", _ => "none" };
        }

        return new OutgoingEvent(fact, body, attributes);
    }
}
