using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using Oms.LocalAws.Proxy;
using Oms.Orders.Magento;
using Oms.Tests.Support;
using RetryPolicy = Oms.ServiceDefaults.RetryPolicy;

namespace Oms.Tests.Flows;

/// <summary>
/// Values planted in every field that is somebody's own are in no span, log, metric or message, whatever goes wrong on the way.
/// What a test itself puts into a queue or a stream as poison may lie there, but in no telemetry.
/// </summary>
[Collection(nameof(Observed))]
public sealed class PersonalDataFlowTests(ObservedStack observed) : IDisposable
{
    private static readonly string[] Inboxes = ["orders-inbox", "payments-inbox", "inventory-inbox", "notifications-inbox"];

    private readonly PersonalData _personal = new("zqpersonal");
    private readonly PersonalData _poison = new("zqpoison");
    private readonly ConcurrentQueue<string> _sent = new();
    private readonly Topics _topics = new(observed.Stack);
    private readonly ConcurrentDictionary<string, int> _refused = new(StringComparer.Ordinal);
    private volatile string? _throttled;
    private volatile bool _isAllAway;
    private int _orders;

    private OmsStack Oms => observed.Stack;

    [Fact]
    public async Task Nothing_planted_is_found_in_any_span_log_metric_or_message()
    {
        var started = Stopwatch.StartNew();
        Oms.Proxy.Fault = new ProxyFault { Before = Watch };
        var thirdParty = await _topics.SubscribeAsync("third-party-personal");
        using var shop = await Oms.ClientAsync("personal");
        _personal.Remember(shop.Http.DefaultRequestHeaders.Authorization!.Parameter!.Split('.')[^1], "the access token");
        foreach (var (sku, _) in Sample.Lines)
        {
            await shop.SetStockAsync(sku, 1000);
        }

        var order = await HappyAsync(shop);
        await ShortAndDeclinedAsync(shop);
        await RefusedAsync(shop);
        await ThrottledAsync(shop);
        await AwayAsync(shop);
        await PoisonAsync(shop, order);
        await FlushedAsync();
        Oms.Proxy.Fault = null;

        var messages = _sent.Concat(await DrainAsync(thirdParty)).ToList();
        Assert.True(messages.Count > 50, $"only {messages.Count} messages were seen");
        var queues = await _topics.QueuesAsync();
        Assert.Contains("orders-inbox-dlq", queues);
        Assert.Contains("orders-quarantine", queues);
        foreach (var queue in queues.Except(Inboxes, StringComparer.Ordinal))
        {
            messages.AddRange(await DrainAsync(queue));
        }

        Assert.Contains(messages, message => _poison.FindIn(message).Count > 0); // dead letters and quarantine were read
        var found = messages.SelectMany(_personal.FindIn).Select(static place => "in a message: " + place).Concat(InTelemetry(_personal)).Concat(InTelemetry(_poison)).Concat(CardNumbersIn(messages)).Distinct(StringComparer.Ordinal).ToList();
        var gateway = observed.LocalAwsLogs.Lines;
        Assert.Contains(gateway, static line => line.Contains("gave back", StringComparison.Ordinal)); // what LocalAws says of failures was read
        Assert.True(_personal.Count + _poison.Count >= 50, $"only {_personal.Count + _poison.Count} values were planted");
        Figures.Record("secrets.planted", _personal.Count + _poison.Count, "at least 50", started.Elapsed);
        Figures.Record("secrets.found", found.Count, "0", started.Elapsed);
        Assert.Empty(found);
    }

    [Fact]
    public async Task The_search_finds_what_is_there()
    {
        // An order id is named in spans and logs by intention: this message has something else in its place.
        var data = new PersonalData("zqfindable");
        var planted = data.In("the order id of a message");
        await _topics.SendAsync("orders-inbox", $$"""{"type":"order.due.v1","orderId":"{{planted}}"}""");
        foreach (var where in new[] { "traces", "logs", "output" })
        {
            await OmsClient.WaitUntilAsync(() => Task.FromResult(InTelemetry(data).Any(place => place.StartsWith($"in {where}", StringComparison.Ordinal))), $"found in {where}");
        }

        for (var before = 0; before < 3; before++)
        {
            Assert.NotEmpty(data.FindIn(Convert.ToBase64String(Encoding.UTF8.GetBytes(new string('e', before) + planted))));
        }

        Assert.NotEmpty(data.FindIn("x" + planted.ToUpperInvariant()));
        Assert.Empty(data.FindIn("some other words"));
    }

    public void Dispose() => _topics.Dispose();

    private async Task<OmsAnswer> HappyAsync(OmsClient shop)
    {
        var headers = new[] { ("x-forwarded-for", _personal.In("header x-forwarded-for")), ("user-agent", _personal.In("header user-agent")), ("cookie", _personal.In("header cookie")), ("idempotency-key", _personal.In("Magento route: idempotency key")) };
        var first = NextNumber();
        var magento = await shop.SendAsync(HttpMethod.Post, $"/v1/magento/default/orders?email={_personal.In("query string")}", _personal.Magento(first, "Magento, happy"), headers);
        Assert.Equal(HttpStatusCode.Accepted, magento.Status);
        var cards = await shop.PlaceMagentoAsync(_personal.Magento(NextNumber(), "Magento, card numbers", order =>
        {
            order["payment"]!["cc_number"] = _personal.Remember("4929131000000003", "Magento: cc_number");
            order["customer_note"] = "my card is " + _personal.Remember("5425230000004415", "Magento: card number in a note");
        }));
        Assert.Equal(HttpStatusCode.Accepted, cards.Status);
        var native = await shop.PlaceNativeAsync(_personal.Native("native, happy", _personal.Remember("sim_approve", "payment token")), _personal.In("idempotency key"));
        Assert.Equal(HttpStatusCode.Accepted, native.Status);
        foreach (var placed in new[] { magento, cards, native })
        {
            await shop.WaitForStateAsync(placed.OrderId, "Confirmed");
            await OmsClient.WaitUntilAsync(async () => (await shop.GetAsync($"/v1/orders/{placed.OrderId}/events")).Body.Contains("told", StringComparison.OrdinalIgnoreCase), "the customer was told");
        }

        // Magento says it again, changed.
        var observation = await shop.PlaceMagentoAsync(_personal.Magento(first, "Magento, observed"));
        Assert.Equal(magento.Location, observation.Location);
        return native;
    }

    private async Task ShortAndDeclinedAsync(OmsClient shop)
    {
        await shop.SetStockAsync("NONE-LEFT", 0);
        static void Short(JsonObject order) => order["items"]![0]!["sku"] = "NONE-LEFT";
        var paid = await shop.PlaceMagentoAsync(_personal.Magento(NextNumber(), "Magento, short", Short));
        var native = await shop.PlaceNativeAsync(_personal.Native("native, short", "sim_approve", static order => order["lines"]![0]!["sku"] = "NONE-LEFT"), _personal.In("idempotency key"));
        var declined = await shop.PlaceNativeAsync(_personal.Native("native, declined", _personal.Remember("sim_decline", "declined payment token")), _personal.In("idempotency key"));
        var unknown = await shop.PlaceNativeAsync(_personal.Native("native, unknown token", _personal.In("payment token that the gateway does not know")), _personal.In("idempotency key"));
        await shop.WaitForStateAsync(paid.OrderId, "Review");
        await shop.WaitForStateAsync(native.OrderId, "Rejected");
        await shop.WaitForStateAsync(declined.OrderId, "Cancelled");
        await shop.WaitForStateAsync(unknown.OrderId, "Cancelled");
    }

    /// <summary>400, 404, 405 and 422: nothing of the request is in the logs, and a card number not even in the answer.</summary>
    private async Task RefusedAsync(OmsClient shop)
    {
        var body = _personal.Magento(NextNumber(), "Magento, truncated");
        await AssertRefusedAsync(400, shop.PlaceMagentoAsync(body[..^20]));
        await AssertRefusedAsync(400, shop.PlaceMagentoAsync(_personal.In("Magento, no JSON at all")));
        await AssertRefusedAsync(422, shop.PlaceMagentoAsync(_personal.Magento(NextNumber(), "Magento, no currency", static order => order.Remove("order_currency_code"))));
        body = _personal.Native("native, truncated", "sim_approve");
        await AssertRefusedAsync(400, shop.PlaceNativeAsync(body[..^20], "key-truncated"));
        await AssertRefusedAsync(400, shop.PlaceNativeAsync(_personal.Native("native, unknown property", "sim_approve", order => order[_personal.In("property name")] = _personal.In("property value")), "key-unknown"));
        await AssertRefusedAsync(400, shop.PlaceNativeAsync(_personal.Native("native, bad key", "sim_approve"), _personal.In("bad idempotency key") + new string('-', 256)));
        await AssertRefusedAsync(422, shop.PlaceNativeAsync(_personal.Native("native, e-mail", "sim_approve", order => order["customer"]!["email"] = _personal.In("native: no e-mail address")), "key-email"));
        await AssertRefusedAsync(422, shop.PlaceNativeAsync(_personal.Native("native, wrong kind", "sim_approve", order => order["lines"]![0]!["quantity"] = _personal.In("native: quantity")), "key-kind"));
        await AssertRefusedAsync(422, shop.PlaceNativeAsync(_personal.Native("native, deep", "sim_approve", order => order["customer"]!["name"] = new JsonObject { ["first"] = _personal.In("native: name as an object") }), "key-deep"));
        var card = _personal.Remember("4716108999716531", "native: card number");
        foreach (var change in new Action<JsonObject>[] { order => order["customer"]!["reference"] = card, order => order["payment"]!["token"] = card, order => order["shipping"]!["address"]!["lines"]![0] = card })
        {
            var answer = await shop.PlaceNativeAsync(_personal.Native("native, card number", "sim_approve", change), "key-card");
            Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
            Assert.Empty(_personal.FindIn(answer.Body));
        }

        await AssertRefusedAsync(400, shop.GetAsync($"/v1/orders/{_personal.In("order id in the path")}"));
        await AssertRefusedAsync(404, shop.GetAsync($"/v1/magento/default/orders/{_personal.In("number in the path")}"));
        await AssertRefusedAsync(404, shop.GetAsync($"/v1/stock/{_personal.In("SKU in the path")}"));
        await AssertRefusedAsync(404, shop.GetAsync($"/v1/{_personal.In("unknown path")}/orders?{_personal.In("unknown query")}=1"));
    }

    private async Task ThrottledAsync(OmsClient shop)
    {
        _throttled = "orders-api";
        await AssertRefusedAsync(503, shop.PlaceMagentoAsync(_personal.Magento(NextNumber(), "Magento, throttled")));
        await AssertRefusedAsync(503, shop.PlaceNativeAsync(_personal.Native("native, throttled", "sim_approve"), _personal.In("idempotency key")));
        _throttled = null;
    }

    /// <summary>
    /// SNS is away for each relay, its table for each inbox, SQS for each event source, longer than the retries of one invocation, while two orders go their way:
    /// each is refused once more than it tries, and then gets through.
    /// </summary>
    private async Task AwayAsync(OmsClient shop)
    {
        _isAllAway = true;
        var native = await shop.PlaceNativeAsync(_personal.Native("native, all away", _personal.Remember("sim_approve", "payment token")), _personal.In("idempotency key"));
        var magento = await shop.PlaceMagentoAsync(_personal.Magento(NextNumber(), "Magento, all away"));
        foreach (var placed in new[] { native, magento })
        {
            Assert.Equal(HttpStatusCode.Accepted, placed.Status);
            await shop.WaitForStateAsync(placed.OrderId, "Confirmed");
            await OmsClient.WaitUntilAsync(async () => (await shop.GetAsync($"/v1/orders/{placed.OrderId}/events")).Body.Contains("told", StringComparison.OrdinalIgnoreCase), "the customer was told");
        }

        _isAllAway = false;
        foreach (var outage in new[] { "orders-relay Sns", "payments-relay Sns", "inventory-relay Sns", "orders-inbox DynamoDb", "payments-inbox DynamoDb", "inventory-inbox DynamoDb", "notifications DynamoDb" })
        {
            Assert.True(_refused.GetValueOrDefault(outage) > RetryPolicy.Attempts, $"{outage} was refused {_refused.GetValueOrDefault(outage)} times");
        }

        foreach (var inbox in new[] { "orders-inbox", "payments-inbox", "inventory-inbox", "notifications" })
        {
            Assert.True(_refused.GetValueOrDefault($"{inbox} Sqs") > 0, $"nothing was refused to the event source of {inbox}");
        }
    }

    /// <summary>Messages into each inbox that end as dead letters, a head that ends in quarantine, one that is taken for newer code's, and a document that nobody can read.</summary>
    private async Task PoisonAsync(OmsClient shop, OmsAnswer order)
    {
        foreach (var inbox in Inboxes)
        {
            await _topics.SendAsync(inbox, _poison.In($"{inbox}: no JSON"));
            await _topics.SendAsync(inbox, $$"""{"type":"{{_poison.In($"{inbox}: type")}}"}""");
            foreach (var type in new[] { "order.placed.v1", "order.confirmed.v1", "order.awaiting-payment.v1", "stock.held.v1", "payment.authorised.v1" })
            {
                await _topics.SendAsync(inbox, $$"""{"type":"{{type}}","id":"x","tenant":"personal","store":"default","orderId":"{{order.OrderId}}","version":"{{_poison.In($"{inbox}: version of {type}")}}","{{_poison.In("name")}}":1}""");
            }
        }

        using var dynamoDb = new AmazonDynamoDBClient(new BasicAWSCredentials("local", "local"), new AmazonDynamoDBConfig { ServiceURL = Oms.DynamoDbUrl.ToString(), AuthenticationRegion = "us-east-1" });
        var items = (await dynamoDb.QueryAsync(new QueryRequest { TableName = "oms-orders", KeyConditionExpression = "pk = :pk", ExpressionAttributeValues = new() { [":pk"] = new() { S = order.OrderId } } })).Items;
        var document = items.Single(static item => item.ContainsKey("b"));
        document["b"] = new AttributeValue { B = new MemoryStream(Encoding.UTF8.GetBytes(_poison.In("a document that is not one"))) };
        await dynamoDb.PutItemAsync("oms-orders", document);
        await AssertRefusedAsync(500, shop.GetAsync($"/v1/orders/{order.OrderId}"));

        var head = items.Single(static item => item["sk"].S == "head");
        var history = head["h"];
        head["outbox"] = head["et"]; // as when it emitted, for the relay to read it
        head["h"] = new AttributeValue { S = _poison.In("the history of a head") };
        await dynamoDb.PutItemAsync("oms-orders", head);
        await AssertRefusedAsync(500, shop.GetAsync($"/v1/orders/{order.OrderId}/events"));
        await OmsClient.WaitUntilAsync(async () => await _topics.CountAsync("orders-quarantine") > 0, "the head is in quarantine");

        head["h"] = history;
        head.Remove("outbox");
        head["s"] = new AttributeValue { S = _poison.In("the state of a head") };
        await dynamoDb.PutItemAsync("oms-orders", head);
        await AssertRefusedAsync(503, shop.GetAsync($"/v1/orders/{order.OrderId}/events"));
        await _topics.SendAsync("orders-inbox", $$"""{"type":"order.due.v1","orderId":"{{order.OrderId}}"}""");
        foreach (var inbox in Inboxes)
        {
            await OmsClient.WaitUntilAsync(async () => await _topics.CountAsync(inbox) == 0, $"{inbox} has given up");
            Assert.True(await _topics.CountAsync(inbox + "-dlq") >= 2, $"{inbox} has no dead letters");
        }
    }

    private ValueTask<int> CountMetricsAsync(string function) => ValueTask.FromResult(observed.Collector.Requests.Count(request => request.Signal == "metrics" && request.Function == function));

    /// <summary>Every function that has measured something has sent its figures since now.</summary>
    private async Task FlushedAsync()
    {
        foreach (var function in new[] { "orders-api", "orders-inbox", "payments-inbox", "inventory-inbox", "notifications" })
        {
            var before = await CountMetricsAsync(function);
            await OmsClient.WaitUntilAsync(async () => await CountMetricsAsync(function) >= before + 2, $"{function} has sent its metrics");
        }
    }

    private IEnumerable<string> InTelemetry(PersonalData data) =>
        observed.Collector.Requests.SelectMany(request => data.FindIn(Encoding.UTF8.GetString(request.Wire)).Select(place => $"in {request.Signal} of {request.Function}: {place}"))
            .Concat(Oms.Logs.Split('\n').SelectMany(line => data.FindIn(line).Select(place => $"in output: {place}: {line[..Math.Min(line.Length, 400)]}")))
            .Concat(observed.LocalAwsLogs.Lines.SelectMany(line => data.FindIn(line).Select(place => $"in what LocalAws logs: {place}: {line[..Math.Min(line.Length, 400)]}")));

    /// <summary>Any number that could be a card's, whoever planted it.</summary>
    private IEnumerable<string> CardNumbersIn(IEnumerable<string> messages) =>
        messages.Where(CardNumbers.IsIn).Select(static _ => "a card number in a message")
            .Concat(observed.Collector.Requests.Where(static request => CardNumbers.IsIn(Encoding.UTF8.GetString(request.Wire))).Select(static request => $"a card number in {request.Signal} of {request.Function}"))
            .Concat(Oms.Logs.Split('\n').Concat(observed.LocalAwsLogs.Lines).Where(CardNumbers.IsIn).Select(static _ => "a card number in output"));

    private async Task<IReadOnlyList<string>> DrainAsync(string queue)
    {
        var all = new List<string>();
        while (await _topics.ReceiveAsync(queue) is { Count: > 0 } some)
        {
            all.AddRange(some);
        }

        return all;
    }

    private Task<AwsAnswer?> Watch(AwsCall call, CancellationToken cancel)
    {
        if (call.Service is AwsService.Sns or AwsService.Sqs)
        {
            _sent.Enqueue(Uri.UnescapeDataString(Encoding.UTF8.GetString(call.Body.Span)));
        }

        return Task.FromResult(call.Service == AwsService.DynamoDb && call.Caller == _throttled ? ProxyFault.DynamoDbThrottled : _isAllAway ? Refusal(call) : null);
    }

    /// <summary>The answer of a service that is away for this caller; null once it was so for long enough.</summary>
    private AwsAnswer? Refusal(AwsCall call)
    {
        var isAway = call.Service switch
        {
            AwsService.Sns => call.Caller.EndsWith("-relay", StringComparison.Ordinal),
            AwsService.DynamoDb => call.Caller is "orders-inbox" or "payments-inbox" or "inventory-inbox" or "notifications",
            AwsService.Sqs => call.Operation == "ReceiveMessage",
            _ => false,
        };
        var most = call.Service == AwsService.Sqs ? 2 : RetryPolicy.Attempts + 1;
        if (!isAway || _refused.AddOrUpdate($"{call.Caller} {call.Service}", 1, (_, count) => Math.Min(count, most) + 1) > most)
        {
            return null;
        }

        return call.Service switch
        {
            AwsService.Sns => ProxyFault.SnsThrottled,
            AwsService.DynamoDb => ProxyFault.DynamoDbThrottled,
            _ => AwsErrors.Of(call, 400, "RequestThrottled", "Request is throttled."),
        };
    }

    private static async Task AssertRefusedAsync(int status, Task<OmsAnswer> sent)
    {
        var answer = await sent;
        Assert.True((int)answer.Status == status, $"{status} expected, {(int)answer.Status}: {answer.Body}");
    }

    private string NextNumber() => $"{Interlocked.Increment(ref _orders):D9}";
}
