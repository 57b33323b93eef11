using Amazon.DynamoDBv2;
using Amazon.Runtime;
using Oms.Contracts;
using Oms.Orders;
using Oms.ServiceDefaults.Store;
using RetryPolicy = Oms.ServiceDefaults.RetryPolicy;

namespace Oms.Tests.Support;

/// <summary>The heads of orders, read straight from the table: also while the API is dead.</summary>
internal sealed class OrderHeads : IDisposable
{
    private readonly AmazonDynamoDBClient _client;
    private readonly DynamoTable _table;

    public OrderHeads(OmsStack stack)
    {
        _client = new AmazonDynamoDBClient(new BasicAWSCredentials("local", "local"), new AmazonDynamoDBConfig { ServiceURL = stack.DynamoDbUrl.ToString(), AuthenticationRegion = "us-east-1", MaxErrorRetry = 0 });
        _table = new DynamoTable(_client, "oms-orders", new RetryPolicy(TimeProvider.System, new Random(1)), TimeProvider.System);
    }

    /// <summary>Those of the orders that are not in the state; missing ones are among them.</summary>
    public async Task<IReadOnlyList<PlacedOrder>> NotInAsync(OrderState state, IReadOnlyCollection<PlacedOrder> orders)
    {
        var items = await _table.GetAllAsync([.. orders.Select(static order => (order.Id, "head"))], CancellationToken.None);
        var there = items.Select(OrderStore.ReadHead).Where(order => order.State == state).Select(static order => order.Id).ToHashSet(StringComparer.Ordinal);
        return [.. orders.Where(order => !there.Contains(order.Id))];
    }

    public void Dispose() => _client.Dispose();
}
