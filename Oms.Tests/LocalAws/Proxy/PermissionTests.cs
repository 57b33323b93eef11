using System.Net;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.SQS;
using Oms.LocalAws.Proxy;
using Oms.LocalAws.Templates;

namespace Oms.Tests.LocalAws.Proxy;

/// <summary>What the template allows a function passes; anything else is refused as AWS refuses it.</summary>
public sealed class PermissionTests(SharedBackends backends)
{
    private readonly LocalTable _table = Templates.Table(Templates.Unique("orders"));
    private readonly LocalQueue _queue = Templates.Queue(Templates.Unique("inbox"));
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_denied_call_names_function_action_and_resource()
    {
        await using var host = await StartAsync(new Permission(["dynamodb:GetItem"], [_table.Arn]));

        var denied = await Assert.ThrowsAnyAsync<AmazonDynamoDBException>(() => host.DynamoDb("api").PutItemAsync(_table.Name, Item("a"), Cancel));

        Assert.Equal("AccessDeniedException", denied.ErrorCode);
        Assert.Equal(
            $"User: arn:aws:sts::000000000000:assumed-role/api/api is not authorized to perform: dynamodb:PutItem on resource: {_table.Arn} because no identity-based policy allows the dynamodb:PutItem action",
            denied.Message);
        Assert.Empty((await host.DynamoDb("api").GetItemAsync(_table.Name, Key("a"), Cancel)).Item ?? []);
    }

    [Fact]
    public async Task A_transaction_needs_the_action_of_each_of_its_items()
    {
        await using var host = await StartAsync(new Permission(["dynamodb:PutItem"], [_table.Arn]));
        var put = new TransactWriteItem { Put = new Put { TableName = _table.Name, Item = Item("a") } };
        var check = new TransactWriteItem { ConditionCheck = new ConditionCheck { TableName = _table.Name, Key = Key("b"), ConditionExpression = "attribute_not_exists(pk)" } };

        await host.DynamoDb("api").TransactWriteItemsAsync(new TransactWriteItemsRequest { TransactItems = [put] }, Cancel);
        var denied = await Assert.ThrowsAnyAsync<AmazonDynamoDBException>(() =>
            host.DynamoDb("api").TransactWriteItemsAsync(new TransactWriteItemsRequest { TransactItems = [put, check] }, Cancel));

        Assert.Contains("dynamodb:ConditionCheckItem", denied.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_index_is_a_resource_of_its_own()
    {
        await using var host = await StartAsync(new Permission(["dynamodb:Query"], [_table.Arn]));
        var query = new QueryRequest
        {
            TableName = _table.Name,
            IndexName = "due",
            KeyConditionExpression = "dueShard = :s",
            ExpressionAttributeValues = new() { [":s"] = new("1") },
        };

        var denied = await Assert.ThrowsAnyAsync<AmazonDynamoDBException>(() => host.DynamoDb("api").QueryAsync(query, Cancel));

        Assert.Contains($"{_table.Arn}/index/due", denied.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Batches_of_messages_need_the_action_of_one()
    {
        await using var host = await StartAsync(new Permission(["sqs:SendMessage"], [_queue.Arn]));
        var url = $"{host.Url}000000000000/{_queue.Name}";

        var sent = await host.Sqs("api").SendMessageBatchAsync(url, [new("1", "a")], Cancel);
        var denied = await Assert.ThrowsAnyAsync<AmazonSQSException>(() => host.Sqs("api").DeleteMessageAsync(url, "x", Cancel));

        Assert.Single(sent.Successful);
        Assert.Equal("AccessDenied", denied.ErrorCode);
        Assert.Contains($"sqs:DeleteMessage on resource: {_queue.Arn}", denied.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sns_refuses_in_its_own_protocol()
    {
        await using var host = await StartAsync();

        var (status, body) = await host.SnsAsync("api", "PublishBatch", "arn:aws:sns:us-east-1:000000000000:orders");

        Assert.Equal(403, status);
        Assert.Contains("<Code>AuthorizationError</Code>", body, StringComparison.Ordinal);
        Assert.Contains("sns:Publish on resource: arn:aws:sns:us-east-1:000000000000:orders", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_caller_that_is_no_function_is_the_developer_and_may_do_everything()
    {
        await using var host = await StartAsync();

        await host.DynamoDb("AKIAIOSFODNN7EXAMPLE").PutItemAsync(_table.Name, Item("a"), Cancel);

        Assert.Empty(host.Proxy.Policy.Used);
    }

    [Fact]
    public async Task A_call_without_a_signature_is_refused()
    {
        await using var host = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, host.Url) { Content = new StringContent("{}") };
        request.Headers.Add("x-amz-target", "DynamoDB_20120810.ListTables");
        using var http = new HttpClient();

        using var answer = await http.SendAsync(request, Cancel);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("MissingAuthenticationTokenException", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_grant_can_be_taken_away_while_it_runs_and_what_was_needed_is_remembered()
    {
        await using var host = await StartAsync(new Permission(["dynamodb:PutItem", "dynamodb:DeleteItem"], [_table.Arn]));
        var put = new Grant("api", "dynamodb:PutItem", _table.Arn);
        await host.DynamoDb("api").PutItemAsync(_table.Name, Item("a"), Cancel);

        using (host.Proxy.Policy.Revoke(put))
            await Assert.ThrowsAnyAsync<AmazonDynamoDBException>(() => host.DynamoDb("api").PutItemAsync(_table.Name, Item("a"), Cancel));
        await host.DynamoDb("api").PutItemAsync(_table.Name, Item("a"), Cancel);

        Assert.Equal([put], host.Proxy.Policy.Used);
        Assert.Equal(2, host.Proxy.Policy.Granted.Count);
    }

    [Fact]
    public async Task A_fault_can_refuse_a_call_or_lose_its_answer_after_the_effect()
    {
        await using var host = await StartAsync();
        var fault = new Fault();
        host.Proxy.Fault = fault;

        fault.Before = AwsAnswer.Dropped;
        await Assert.ThrowsAnyAsync<Exception>(() => host.DynamoDb("local").PutItemAsync(_table.Name, Item("never"), Cancel));
        fault.Before = null;
        fault.DropAfter = true;
        await Assert.ThrowsAnyAsync<Exception>(() => host.DynamoDb("local").PutItemAsync(_table.Name, Item("landed"), Cancel));
        host.Proxy.Fault = null;

        Assert.Empty((await host.DynamoDb("local").GetItemAsync(_table.Name, Key("never"), Cancel)).Item ?? []);
        Assert.NotEmpty((await host.DynamoDb("local").GetItemAsync(_table.Name, Key("landed"), Cancel)).Item);
    }

    private async Task<ProxyHost> StartAsync(params Permission[] permissions) =>
        await ProxyHost.StartAsync(backends, Templates.Empty with { Functions = [Templates.Function("api", permissions)], Tables = [_table], Queues = [_queue] });

    private static Dictionary<string, AttributeValue> Key(string sk) => new() { ["pk"] = new("a"), ["sk"] = new(sk) };

    private static Dictionary<string, AttributeValue> Item(string sk) => new(Key(sk)) { ["note"] = new("x") };

    private sealed class Fault : IProxyFault
    {
        public AwsAnswer? Before { get; set; }

        public bool DropAfter { get; set; }

        public ValueTask<AwsAnswer?> BeforeAsync(AwsCall call, CancellationToken cancel) => new(Before);

        public ValueTask<AwsAnswer> AfterAsync(AwsCall call, AwsAnswer answer, CancellationToken cancel) => new(DropAfter ? AwsAnswer.Dropped : answer);
    }
}
