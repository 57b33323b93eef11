using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using Oms.LocalAws.Proxy;
using Oms.ServiceDefaults.Store;
using Oms.Tests.Support;

namespace Oms.Tests.Flows;

/// <summary>
/// Each grant of the template is taken away in turn: the flow that needs it must fail for want of it, and go on when it is back.
/// A grant that no flow misses is one too many. The functions are tried side by side, the grants of one function one after another.
/// </summary>
public sealed class PermissionFlowTests(FaultFlowTests.Stack fixture, ITestOutputHelper output) : IClassFixture<FaultFlowTests.Stack>, IAsyncDisposable
{
    private static readonly TimeSpan DriveAgain = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static readonly string[] ManyLines = [.. Enumerable.Range(0, 12).Select(static i => $"MANY-{i:D2}")];

    private readonly ConcurrentBag<string> _placed = [];
    private readonly Topics _topics = new(fixture.Value);
    private readonly AmazonDynamoDBClient _administrator = new(new BasicAWSCredentials("local", "local"), new AmazonDynamoDBConfig { ServiceURL = fixture.Value.Host.AwsUrl.ToString(), AuthenticationRegion = "us-east-1" });
    private Accesses _accesses = new([]);
    private OmsClient _shop = null!;
    private string _known = "";
    private string _placement = "";
    private string _request = "";
    private int _number;

    private OmsStack Oms => fixture.Value;

    [Fact]
    public async Task Every_grant_is_missed_when_it_is_taken_away()
    {
        var started = Stopwatch.StartNew();
        var granted = Oms.Proxy.Policy.Granted;
        Oms.Proxy.Fault = _accesses = new Accesses(granted);
        await SetTheSceneAsync();

        // The API first: the other flows begin with it.
        var byFunction = granted.GroupBy(static grant => grant.Function).ToLookup(static function => IsOfApi(function.First()), static function => function.OrderBy(static grant => grant.Action, StringComparer.Ordinal).ToList());
        List<IReadOnlyList<string>> failures = [.. await Task.WhenAll(byFunction[true].Select(TryAllAsync))];
        await SettleAsync();

        // A payment that loses its permission in the middle of a call to the gateway rightly waits for minutes: Payments goes one step at a time.
        failures.AddRange(await Task.WhenAll([
            TryAllAsync([.. byFunction[false].SelectMany(static function => function).Where(IsOfPayments)]),
            .. byFunction[false].Where(static function => !IsOfPayments(function[0])).Select(TryAllAsync),
        ]));
        Assert.True(failures.All(static list => list.Count == 0), string.Join('\n', failures.SelectMany(static list => list)));
        Assert.Empty(granted.Except(Oms.Proxy.Policy.Used));

        await SettleAsync();
        foreach (var service in new[] { "orders", "payments", "inventory" })
        {
            await OmsClient.WaitUntilAsync(async () => await _topics.CountAsync($"{service}-quarantine") > 0, $"what {service} cannot read is in quarantine");
        }

        output.WriteLine($"{granted.Count} grants in {started.Elapsed}");
        Figures.Record("permissions.grants_missed_when_revoked", granted.Count, string.Create(CultureInfo.InvariantCulture, $"= {granted.Count}"), started.Elapsed);
    }

    public ValueTask DisposeAsync()
    {
        Oms.Proxy.Fault = null;
        _topics.Dispose();
        _administrator.Dispose();
        _shop.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Stock, one order that has gone all its way, and the two events about it that a consumer may be asked to answer again.</summary>
    private async Task SetTheSceneAsync()
    {
        _shop = await Oms.ClientAsync("permissions");
        foreach (var sku in Sample.Lines.Select(static line => line.Sku).Concat(ManyLines))
        {
            await _shop.SetStockAsync(sku, 100_000);
        }

        var queue = await _topics.SubscribeAsync("permissions-listener");
        _known = (await _shop.PlaceNativeAsync(Sample.Native(), "known")).OrderId;
        await OmsClient.WaitUntilAsync(
            async () =>
            {
                foreach (var body in await _topics.ReceiveAsync(queue))
                {
                    _placement = IsOfType(body, "order.placed.v1") ? body : _placement;
                    _request = IsOfType(body, "order.awaiting-payment.v1") ? body : _request;
                }

                return _placement.Length > 0 && _request.Length > 0;
            },
            "the order was placed and its payment asked for");
        await _shop.WaitForStateAsync(_known, "Confirmed");
    }

    private async Task<IReadOnlyList<string>> TryAllAsync(IReadOnlyList<Grant> ofOneFunction)
    {
        var failures = new List<string>();
        foreach (var grant in ofOneFunction)
        {
            var started = Stopwatch.StartNew();
            var failure = await TryAsync(grant);
            output.WriteLine($"{grant.Function} {grant.Action} on {grant.Resource}: {failure ?? "missed when taken away"} ({started.Elapsed.TotalSeconds:F1} s)");
            if (IsOfPayments(grant))
            {
                await SettleAsync();
            }

            if (failure is not null)
            {
                failures.Add($"{grant.Function} {grant.Action} on {grant.Resource}: {failure}");
            }
        }

        return failures;
    }

    /// <summary>All that was placed goes all its way.</summary>
    private async Task SettleAsync()
    {
        foreach (var orderId in _placed)
        {
            await _shop.WaitForStateAsync(orderId, "Confirmed");
        }
    }

    /// <returns>What is wrong with the grant; null where nothing is.</returns>
    private async Task<string?> TryAsync(Grant grant)
    {
        if (FlowOf(grant) is not { } flow)
        {
            return "no flow of this test needs it; take it out of Oms.Cloud/Permissions.cs, or add the flow";
        }

        _accesses.Forget(grant);
        using (Oms.Proxy.Policy.Revoke(grant))
        {
            if (!await DriveAsync(flow, () => _accesses.Refused(grant), status => !IsOfApi(grant) || status == HttpStatusCode.InternalServerError))
            {
                return "taken away, no flow failed for want of it: none needs it";
            }
        }

        _accesses.Forget(grant);
        return await DriveAsync(flow, () => _accesses.Served(grant), status => !IsOfApi(grant) || status is HttpStatusCode.OK or HttpStatusCode.Accepted) ? null : "given back, the flow does not go on";
    }

    /// <summary>Drives the flow until the API answers as expected and the effect on the grant shows.</summary>
    private async Task<bool> DriveAsync(Flow flow, Func<bool> shows, Func<HttpStatusCode?, bool> isExpected)
    {
        for (var started = Stopwatch.StartNew(); started.Elapsed < Limit;)
        {
            if (isExpected(await flow()) && await _accesses.WithinAsync(DriveAgain, shows))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Which flow needs a grant.</summary>
    private Flow? FlowOf(Grant grant)
    {
        var name = grant.Resource.Split(':', '/')[^1];
        Flow place = IsOfPayments(grant) ? PlaceNativeAsync : PlaceMagentoAsync;
        return (grant.Function, grant.Action) switch
        {
            ("orders-api", "dynamodb:GetItem") => () => CallAsync(HttpMethod.Get, $"/v1/orders/{_known}"),
            ("orders-api", "dynamodb:Query") => () => CallAsync(HttpMethod.Get, $"/v1/orders/{_known}/events"),
            ("orders-api", "dynamodb:PutItem") when name == "oms-payments" => PlaceNativeAsync,
            ("orders-api", "dynamodb:PutItem") => PlaceMagentoAsync,
            ("payments-api", "dynamodb:GetItem") => () => CallAsync(HttpMethod.Get, $"/v1/payments/{_known}"),
            ("inventory-api", "dynamodb:Query") => () => CallAsync(HttpMethod.Get, $"/v1/stock/{ManyLines[0]}"),
            ("inventory-api", "dynamodb:GetItem" or "dynamodb:UpdateItem") => () => CallAsync(HttpMethod.Put, $"/v1/stock/{ManyLines[0]}/default", $$"""{"onHand": {{200_000 + NextNumber()}}}"""),

            // Lambda's own readers ask for these only when they begin again.
            (_, "dynamodb:ListStreams" or "dynamodb:DescribeStream" or "dynamodb:GetShardIterator") => () => StopReadingAsync(grant, "dynamodb:GetRecords"),
            (_, "sqs:GetQueueAttributes") => () => StopReadingAsync(grant, "sqs:ReceiveMessage"),
            (_, "dynamodb:GetRecords" or "sqs:ReceiveMessage") => NothingAsync,
            (_, "sqs:DeleteMessage") => place,
            (_, "sqs:ChangeMessageVisibility") => () => SendAsync(name, "this is not JSON"),
            (_, "sqs:SendMessage") when name.EndsWith("-quarantine", StringComparison.Ordinal) => () => PutUnreadableAsync(ServiceOf(grant)),

            (_, "dynamodb:Query") when grant.Resource.EndsWith("/index/due", StringComparison.Ordinal) => () => TickAsync(ServiceOf(grant)),
            (_, "sqs:SendMessage") => () => TickWhenDueAsync(ServiceOf(grant)),
            ("orders-inbox", "sns:Publish") => () => TickWhenDueAsync("orders"),
            ("payments-inbox", "sns:Publish") => () => SendAsync("payments-inbox", Asking(_request)),
            ("inventory-inbox", "sns:Publish") => () => SendAsync("inventory-inbox", Asking(_placement)),

            ("orders-relay", "dynamodb:GetItem") or ("inventory-inbox", "dynamodb:Query") => PlaceManyLinesAsync,
            (_, "sns:Publish") => place,
            ("orders-inbox" or "payments-inbox" or "notifications", "dynamodb:GetItem" or "dynamodb:PutItem") => place,
            ("inventory-inbox", "dynamodb:BatchGetItem" or "dynamodb:PutItem" or "dynamodb:UpdateItem") => place,
            _ => null,
        };
    }

    private async Task<HttpStatusCode?> CallAsync(HttpMethod method, string path, string? body = null) => (await _shop.SendAsync(method, path, body)).Status;

    private async Task<HttpStatusCode?> PlaceNativeAsync() => Placed(await _shop.PlaceNativeAsync(Sample.Native(), $"key-{NextNumber()}"));

    private async Task<HttpStatusCode?> PlaceMagentoAsync() => Placed(await _shop.PlaceMagentoAsync(Sample.Magento(NextNumber().ToString("D9", CultureInfo.InvariantCulture))));

    /// <summary>More lines than a head has room for.</summary>
    private async Task<HttpStatusCode?> PlaceManyLinesAsync() => Placed(await _shop.PlaceMagentoAsync(Sample.Magento(NextNumber().ToString("D9", CultureInfo.InvariantCulture), static order =>
    {
        var line = order["items"]!.AsArray()[0]!;
        order["items"] = new JsonArray([.. ManyLines.Select((sku, index) =>
        {
            var row = line.DeepClone().AsObject();
            row["item_id"] = 500 + index;
            row["product_id"] = 9000 + index;
            row["sku"] = sku;
            return row;
        })]);
        order["extension_attributes"]?.AsObject().Remove("shipping_assignments");
    })));

    private HttpStatusCode? Placed(OmsAnswer answer)
    {
        if (answer.Status == HttpStatusCode.Accepted)
        {
            _placed.Add(answer.OrderId);
        }

        return answer.Status;
    }

    private async Task<HttpStatusCode?> StopReadingAsync(Grant grant, string action)
    {
        var reading = Oms.Proxy.Policy.Granted.Single(other => other.Function == grant.Function && other.Action == action);
        _accesses.Forget(reading);
        using (Oms.Proxy.Policy.Revoke(reading))
        {
            await OmsClient.WaitUntilAsync(() => Task.FromResult(_accesses.Refused(reading) || _accesses.Refused(grant)), $"{grant.Function} cannot read");
        }

        return null;
    }

    private async Task<HttpStatusCode?> SendAsync(string queue, string body)
    {
        await _topics.SendAsync(queue, body);
        return null;
    }

    /// <summary>A head that says it is an event, and says nothing else.</summary>
    private async Task<HttpStatusCode?> PutUnreadableAsync(string service)
    {
        await _administrator.PutItemAsync($"oms-{service}", new() { ["pk"] = new($"unreadable-{NextNumber()}"), ["sk"] = new("head"), ["outbox"] = new("unreadable") });
        return null;
    }

    private async Task<HttpStatusCode?> TickAsync(string service)
    {
        await Oms.Host.Schedules.SendAsync($"{service}-clock", TestContext.Current.CancellationToken);
        return null;
    }

    /// <summary>The known order's time has come.</summary>
    private async Task<HttpStatusCode?> TickWhenDueAsync(string service)
    {
        await _administrator.UpdateItemAsync(new UpdateItemRequest
        {
            TableName = $"oms-{service}",
            Key = DynamoTable.Key(_known, "head"),
            UpdateExpression = "SET dueShard = :shard, dueAt = :past",
            ExpressionAttributeValues = new() { [":shard"] = new(DueIndex.ShardOf(_known, DueIndex.Shards)), [":past"] = new() { N = "1" } },
        });
        return await TickAsync(service);
    }

    private static Task<HttpStatusCode?> NothingAsync() => Task.FromResult<HttpStatusCode?>(null);

    private static string Asking(string body)
    {
        var asking = JsonNode.Parse(body)!.AsObject();
        asking["ask"] = true;
        return asking.ToJsonString();
    }

    private static bool IsOfType(string body, string type) => JsonNode.Parse(body)!["type"]!.GetValue<string>() == type;

    private static string ServiceOf(Grant grant) => grant.Function.Split('-')[0];

    private int NextNumber() => Interlocked.Increment(ref _number);

    private static bool IsOfPayments(Grant grant) => grant.Function.StartsWith("payments-", StringComparison.Ordinal);

    private static bool IsOfApi(Grant grant) => grant.Function.EndsWith("-api", StringComparison.Ordinal);

    /// <returns>What the API answered, where it was called.</returns>
    private delegate Task<HttpStatusCode?> Flow();
}
