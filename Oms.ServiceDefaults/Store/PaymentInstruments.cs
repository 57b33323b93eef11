using Amazon.DynamoDBv2.Model;

namespace Oms.ServiceDefaults.Store;

/// <summary>
/// How a payment token gets from the orders API to Payments without ever standing in an event, a queue or a log:
/// the API writes it here before it writes the order, Payments reads it when it authorises. Item: pk = order id, sk = "instrument", in the payments table.
/// </summary>
public sealed class PaymentInstruments(DynamoTable table)
{
    /// <returns>False where another token stands there already: another request with the same Idempotency-Key came first.</returns>
    public async Task<bool> PutAsync(string orderId, string token, CancellationToken cancellation)
    {
        var item = DynamoTable.Key(orderId, "instrument");
        item["token"] = new AttributeValue { S = token };
        var result = await table.PutAsync(item, Condition.IsNew, cancellation);
        return result.Written || result.Existing?["token"].S == token;
    }

    public async Task<string?> GetAsync(string orderId, CancellationToken cancellation) =>
        await table.GetAsync(orderId, "instrument", cancellation) is { } item ? item["token"].S : null;
}
