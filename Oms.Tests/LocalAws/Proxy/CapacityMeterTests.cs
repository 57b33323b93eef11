using System.Text.Json;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Oms.LocalAws.Metering;
using Oms.LocalAws.Templates;

namespace Oms.Tests.LocalAws.Proxy;

/// <summary>
/// Units from bytes, held against DynamoDB Local's own report; the sizes are the documents' own examples
/// (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html).
/// </summary>
public sealed class CapacityMeterTests(SharedBackends backends) : IAsyncLifetime
{
    private readonly LocalTable _table = Templates.Table(Templates.Unique("metered"));
    private ProxyHost _host = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private AmazonDynamoDBClient Db => _host.DynamoDb("local");

    private MeteredCall Last => _host.Proxy.Meter.Page.Calls[^1];

    public async ValueTask InitializeAsync()
    {
        _host = await ProxyHost.StartAsync(backends, Templates.Empty with { Tables = [_table] });
        _host.Proxy.Meter.On = true;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData("""{"a":{"S":"héllo"}}""", 7)] // name 1 + UTF-8 bytes 6
    [InlineData("""{"ab":{"N":"123.450"}}""", 6)] // name 2 + 1 + 5 significant digits in 3 bytes
    [InlineData("""{"a":{"N":"-100"}}""", 4)] // name 1 + 1 + 1 digit + sign
    [InlineData("""{"a":{"BOOL":true},"b":{"NULL":true}}""", 4)]
    [InlineData("""{"a":{"B":"AAECAw=="}}""", 5)] // name 1 + 4 raw bytes
    [InlineData("""{"a":{"L":[]}}""", 4)] // name 1 + 3
    [InlineData("""{"a":{"M":{"b":{"S":"c"}}}}""", 7)] // name 1 + 3 + 1 for the element + its name and value
    [InlineData("""{"a":{"SS":["x","yz"]}}""", 4)]
    public void An_item_has_the_documented_size(string item, int bytes)
    {
        using var json = JsonDocument.Parse(item);
        Assert.Equal(bytes, ItemSize.Of(json.RootElement));
    }

    [Theory]
    [InlineData(500, 1)] // 512 bytes or 1 KB: 1 unit; 1.5 KB: 2; 3 KB: 3
    [InlineData(1500, 2)]
    [InlineData(3000, 3)]
    public async Task A_put_costs_a_unit_for_each_kilobyte_begun(int bytes, int units)
    {
        await Db.PutItemAsync(_table.Name, Item("a", bytes), Cancel);

        AssertWritten(units);
        Assert.Equal(("Put", "a / a"), (Last.Writes[0].Action, Last.Writes[0].Key));
    }

    [Fact]
    public async Task Replacing_or_deleting_a_large_item_costs_its_old_size()
    {
        await Db.PutItemAsync(_table.Name, Item("a", 2500), Cancel);
        await Db.PutItemAsync(_table.Name, Item("a", 10), Cancel);
        AssertWritten(3);
        await Db.PutItemAsync(_table.Name, Item("b", 2500), Cancel);
        await Db.DeleteItemAsync(_table.Name, Key("b"), Cancel);
        AssertWritten(3);
        await Db.DeleteItemAsync(_table.Name, Key("nothing"), Cancel);
        AssertWritten(1);
    }

    [Fact]
    public async Task An_index_entry_costs_when_it_comes_moves_or_goes_and_not_when_it_stays()
    {
        await Db.PutItemAsync(_table.Name, Due(Item("a", 10), 1), Cancel);
        AssertWritten(2);
        await UpdateAsync("SET note = :v", new AttributeValue("other"));
        AssertWritten(1);
        await UpdateAsync("SET dueAt = :v", new AttributeValue { N = "2" });
        AssertWritten(3);
        Assert.Equal(2, Last.Writes[0].IndexUnits["due"]);
        await UpdateAsync("SET dueAt = :v", new AttributeValue { N = "2" });
        AssertWritten(1);
        await Db.DeleteItemAsync(_table.Name, Key("a"), Cancel);
        AssertWritten(2);
    }

    [Fact]
    public async Task A_transaction_costs_twice_as_much_indexes_included()
    {
        await Db.TransactWriteItemsAsync(
            new TransactWriteItemsRequest
            {
                TransactItems =
                [
                    new() { Put = new Put { TableName = _table.Name, Item = Item("a", 10) } },
                    new() { Put = new Put { TableName = _table.Name, Item = Due(Item("b", 1500), 1) } },
                ],
            },
            Cancel);

        AssertWritten(2 + 4 + 2);
        Assert.Equal([2, 6], Last.Writes.Select(w => w.Units));
    }

    [Fact]
    public async Task An_index_entry_is_billed_in_a_transaction_that_updates_too_reported_or_not()
    {
        await Db.PutItemAsync(_table.Name, Item("row", 10), Cancel);
        await Db.TransactWriteItemsAsync(
            new TransactWriteItemsRequest
            {
                TransactItems =
                [
                    new() { Put = new Put { TableName = _table.Name, Item = Due(Item("head", 10), 1), ConditionExpression = "attribute_not_exists(pk)" } },
                    new() { Update = new Update { TableName = _table.Name, Key = Key("row"), UpdateExpression = "SET v = :one", ExpressionAttributeValues = new() { [":one"] = new() { N = "1" } } } },
                ],
            },
            Cancel);

        Assert.Equal((6m, true), (Last.WriteUnits, Last.Agrees));
    }

    [Fact]
    public async Task A_query_that_finds_nothing_is_billed_although_it_is_not_reported()
    {
        var found = await Db.QueryAsync(
            new QueryRequest { TableName = _table.Name, KeyConditionExpression = "pk = :pk", ExpressionAttributeValues = new() { [":pk"] = new("none") } }, Cancel);

        Assert.Equal((0, 0.5m, 0m, true), (found.Count!.Value, Last.ReadUnits, Last.Reported!.Value, Last.Agrees));
    }

    [Fact]
    public async Task A_failed_condition_is_billed_although_it_is_not_reported()
    {
        await Db.PutItemAsync(_table.Name, Item("a", 1500), Cancel);
        await Assert.ThrowsAsync<ConditionalCheckFailedException>(() => Db.PutItemAsync(
            new PutItemRequest { TableName = _table.Name, Item = Due(Item("a", 10), 1), ConditionExpression = "attribute_not_exists(pk)" }, Cancel));

        Assert.Equal((2m, true, (decimal?)null), (Last.WriteUnits, Last.Failed, Last.Reported));
        Assert.NotNull(Last.Misreport);
    }

    [Fact]
    public async Task A_transaction_repeated_with_its_token_is_billed_as_reads()
    {
        var request = new TransactWriteItemsRequest
        {
            ClientRequestToken = Guid.NewGuid().ToString(),
            TransactItems = [new() { Put = new Put { TableName = _table.Name, Item = Item("a", 10) } }],
        };
        await Db.TransactWriteItemsAsync(request, Cancel);
        AssertWritten(2);
        await Db.TransactWriteItemsAsync(request, Cancel);

        Assert.Equal((0m, 2m), (Last.WriteUnits, Last.ReadUnits));
    }

    [Fact]
    public async Task Reads_cost_half_a_unit_for_four_kilobytes_and_a_whole_one_when_consistent()
    {
        await Db.PutItemAsync(_table.Name, Item("a", 5000), Cancel);
        await Db.GetItemAsync(_table.Name, Key("a"), Cancel);
        Assert.Equal((1m, 1m), (Last.ReadUnits, Last.Reported));
        await Db.GetItemAsync(_table.Name, Key("a"), consistentRead: true, Cancel);
        Assert.Equal((2m, 2m), (Last.ReadUnits, Last.Reported));
        await Db.GetItemAsync(_table.Name, Key("none"), Cancel);
        Assert.Equal((0.5m, 0.5m), (Last.ReadUnits, Last.Reported));
    }

    [Fact]
    public async Task The_caller_sees_only_the_capacity_that_it_asked_for()
    {
        var silent = await Db.PutItemAsync(_table.Name, Item("a", 10), Cancel);
        var total = await Db.PutItemAsync(new PutItemRequest { TableName = _table.Name, Item = Item("a", 10), ReturnConsumedCapacity = ReturnConsumedCapacity.TOTAL }, Cancel);

        Assert.Null(silent.ConsumedCapacity);
        Assert.Equal(1, total.ConsumedCapacity.CapacityUnits);
        Assert.Null(total.ConsumedCapacity.Table);
    }

    [Fact]
    public async Task One_more_write_raises_the_sum_by_exactly_that_write()
    {
        await Db.PutItemAsync(_table.Name, Item("a", 10), Cancel);
        var before = _host.Proxy.Meter.Page.WriteUnits;
        await Db.PutItemAsync(_table.Name, Due(Item("b", 1500), 1), Cancel);

        Assert.Equal(before + Last.WriteUnits, _host.Proxy.Meter.Page.WriteUnits);
        Assert.Equal(3, Last.WriteUnits);
        using var page = JsonDocument.Parse(_host.Proxy.Meter.PageJson);
        Assert.Equal(before + 3, page.RootElement.GetProperty("writeUnits").GetDecimal());
        _host.Proxy.Meter.Reset();
        Assert.Empty(_host.Proxy.Meter.Page.Calls);
    }

    private void AssertWritten(int units)
    {
        Assert.Equal(units, Last.WriteUnits);
        Assert.Equal(units, Last.Reported);
    }

    private Task<UpdateItemResponse> UpdateAsync(string expression, AttributeValue value) => Db.UpdateItemAsync(
        new UpdateItemRequest { TableName = _table.Name, Key = Key("a"), UpdateExpression = expression, ExpressionAttributeValues = new() { [":v"] = value } }, Cancel);

    private static Dictionary<string, AttributeValue> Key(string sk) => new() { ["pk"] = new("a"), ["sk"] = new(sk) };

    private static Dictionary<string, AttributeValue> Item(string sk, int bytes) => new(Key(sk)) { ["note"] = new(new string('x', bytes)) };

    private static Dictionary<string, AttributeValue> Due(Dictionary<string, AttributeValue> item, int at)
    {
        item["dueShard"] = new("07");
        item["dueAt"] = new AttributeValue { N = $"{at}" };
        return item;
    }
}
