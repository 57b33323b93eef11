using System.Diagnostics;
using System.Globalization;
using System.Net;
using Oms.Contracts;
using Oms.Tests.Support;

namespace Oms.Tests.Flows;

/// <summary>One stack under a shop's load whose processes are killed one after another, and what has become of the orders afterwards.</summary>
internal sealed class SigkillRounds : IAsyncDisposable
{
    public const string LocalAws = "localaws";
    public const string Backend = "backend";

    private const decimal OnHand = 1_000_000;
    private const int WarmUpOrders = 6;

    private static readonly string[] Skus = ["MUG-A", "MUG-B", "MUG-C", "TEA-SENCHA-100"];

    /// <summary>
    /// At most; usually a message of a worker that died is visible again after half a minute, and a payment is looked at when the lease of its call ends.
    /// Where the word of that is lost too, it takes until two ticks of the clock.
    /// </summary>
    private static readonly TimeSpan AllSettled = TimeSpan.FromMinutes(4);

    private readonly OmsStack _oms;
    private readonly OmsClient _client;
    private readonly SigkillPace _pace;
    private readonly RetryingShop _shop;
    private readonly OrderHeads _heads;
    private readonly Topics _topics;
    private readonly Random _random;
    private readonly HashSet<string> _settled = new(StringComparer.Ordinal);
    private readonly Action<string> _say;
    private int _chargedBefore;

    private SigkillRounds(OmsStack oms, OmsClient client, SigkillPace pace, int seed, Action<string> say)
    {
        _oms = oms;
        _client = client;
        _pace = pace;
        _shop = new RetryingShop(client, pace.OrdersPerSecond, seed);
        _heads = new OrderHeads(oms);
        _topics = new Topics(oms);
        _random = new Random(seed);
        _say = say;
    }

    /// <summary>Orders that were taken in a second, kills and all.</summary>
    public double Rate => _shop.AcceptedPerSecond;

    public static async Task<SigkillRounds> StartAsync(BackendKind backend, SigkillPace pace, int seed, Action<string> say)
    {
        var oms = await OmsStack.StartAsync(new OmsStackOptions { Backend = backend, Functions = FunctionHosting.Processes, LocalAwsAsProcess = true, Processes = new Dictionary<string, int> { ["orders-api"] = 2 } });
        return new SigkillRounds(oms, await oms.ClientAsync("sigkill"), pace, seed, say);
    }

    /// <summary>Opens the shop, kills the victims one after another, and closes the shop. A round with nothing in flight does not count, and is tried again.</summary>
    public async Task KillAsync(IReadOnlyList<string> victims)
    {
        await WarmUpAsync();
        await SetStockAsync(_client);
        _shop.Open();
        var taken = 0;
        for (var round = 0; round < victims.Count;)
        {
            await AnyMomentAsync(taken);
            var asked = _shop.Accepted.Where(order => !_settled.Contains(order.Id)).ToList();
            var open = await _heads.NotInAsync(OrderState.Confirmed, asked);
            _settled.UnionWith(asked.Except(open).Select(static order => order.Id));
            var unanswered = _shop.Unanswered;
            if (unanswered + open.Count == 0)
            {
                continue;
            }

            taken = _shop.AcceptedCount;
            await KillAsync(victims[round]);
            var messages = 0;
            foreach (var queue in OmsQueues.Inboxes)
            {
                messages += await _topics.CountAsync(queue);
            }

            round++;
            _say($"{round,2} {victims[round - 1],-16} in flight: {unanswered} posts without an answer, {open.Count} orders taken and not yet Confirmed, {messages} messages");
        }

        await _shop.CloseAsync();
        _say($"{_shop.AcceptedCount} orders, {Rate:0.0} a second; {_shop.Replayed} were sent once more, {_shop.Repeated} times one was sent again for want of an answer, last after {_shop.LastTrouble}");
    }

    /// <summary>Waits until every order that was taken is Confirmed, and compares all that the shop was told with what there is.</summary>
    public async Task<SigkillOutcome> SettleAsync()
    {
        var accepted = _shop.Accepted;
        var waited = Stopwatch.StartNew();
        var open = await _heads.NotInAsync(OrderState.Confirmed, accepted);
        _say($"{open.Count} not yet Confirmed when the shop closed");
        for (; open.Count > 0 && waited.Elapsed < AllSettled; open = await _heads.NotInAsync(OrderState.Confirmed, open))
        {
            await Task.Delay(250, TestContext.Current.CancellationToken);
        }

        _say($"{open.Count} not yet Confirmed {waited.Elapsed.TotalSeconds:0} s later");
        var lost = new List<string>();
        foreach (var orders in accepted.Chunk(4))
        {
            lost.AddRange((await Task.WhenAll(orders.Select(DifferenceAsync))).OfType<string>());
        }

        var charged = (await _oms.AuthorisedAsync()).Skip(_chargedBefore).ToList();
        return new SigkillOutcome
        {
            Refused = [.. _shop.Refused],
            Lost = [.. lost, .. accepted.Select(static order => order.Contradiction()).OfType<string>()],
            ChargedTwice = [.. charged.GroupBy(static charge => charge.Order, StringComparer.Ordinal).Where(static charges => charges.Count() > 1).Select(static charges => charges.Key)],
            Charged = [.. charged.Order()],
            ToCharge = [.. accepted.Where(static order => order.IsNative).Select(static order => (order.Id, (long)(decimal.Parse(order.Total, CultureInfo.InvariantCulture) * 100))).Order()],
        };
    }

    /// <summary>Every SKU holds what the orders want of it and no more, and nothing was put aside as unreadable or undeliverable.</summary>
    public async Task LeavesNothingBehindAsync()
    {
        foreach (var sku in Skus)
        {
            var held = _shop.Accepted.SelectMany(static order => order.Lines).Where(line => line.Sku == sku).Sum(static line => line.Quantity);
            Assert.Equal((OnHand, held, OnHand - held), await _client.StockAsync(sku));
        }

        foreach (var queue in OmsQueues.DeadLetters)
        {
            Assert.True(await _topics.CountAsync(queue) == 0, $"{queue} holds messages");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _shop.DisposeAsync();
        _heads.Dispose();
        _topics.Dispose();
        _client.Dispose();
        await _oms.DisposeAsync();
    }

    /// <summary>A few orders of another tenant go all the way: what a process compiles at its start is no load.</summary>
    private async Task WarmUpAsync()
    {
        using var client = await _oms.ClientAsync("warm-up");
        await SetStockAsync(client);
        await using var shop = new RetryingShop(client, WarmUpOrders, seed: 0);
        shop.Open();
        await OmsClient.WaitUntilAsync(() => Task.FromResult(shop.AcceptedCount >= WarmUpOrders), () => $"the first orders are taken; the shop sees {shop.LastTrouble}");
        await shop.CloseAsync();
        await OmsClient.WaitUntilAsync(async () => (await _heads.NotInAsync(OrderState.Confirmed, shop.Accepted)).Count == 0, "the first orders are confirmed");
        _chargedBefore = (await _oms.AuthorisedAsync()).Count;
    }

    private static async Task SetStockAsync(OmsClient client)
    {
        foreach (var sku in Skus)
        {
            await client.SetStockAsync(sku, OnHand);
        }
    }

    /// <summary>So many orders after the last kill, and at any moment on the way of the last of them.</summary>
    private async Task AnyMomentAsync(int taken)
    {
        var (orders, onTheWay) = (_random.Next(_pace.FewestOrders, 3 * _pace.FewestOrders), TimeSpan.FromMilliseconds(_random.Next(200)));
        await OmsClient.WaitUntilAsync(() => Task.FromResult(_shop.AcceptedCount >= taken + orders), () => $"orders are taken again; the shop sees {_shop.LastTrouble}");
        await Task.Delay(onTheWay, TestContext.Current.CancellationToken);
    }

    private Task KillAsync(string victim)
    {
        if (victim == LocalAws)
        {
            return _oms.RestartLocalAwsAsync();
        }

        if (victim == Backend)
        {
            return _oms.KillMessagingAsync();
        }

        var processes = _oms.ProcessesOf(victim);
        return processes[_random.Next(processes.Count)].KillAndRestartAsync();
    }

    /// <returns>Null where the order is as the shop sent it, and Confirmed.</returns>
    private async Task<string?> DifferenceAsync(PlacedOrder sent)
    {
        var answer = await _client.GetAsync($"/v1/orders/{sent.Id}");
        if (answer.Status != HttpStatusCode.OK)
        {
            return $"order {sent.Number} {sent.Id}: {(int)answer.Status} {answer.Body}";
        }

        var order = answer.Json;
        var lines = order.GetProperty("lines").EnumerateArray().Select(static line => (line.GetProperty("sku").GetString()!, line.GetProperty("quantity").GetDecimal()));
        return order.GetProperty("state").GetString() == "Confirmed" && order.GetProperty("total").GetString() == sent.Total && lines.SequenceEqual(sent.Lines)
            && (sent.IsNative || order.GetProperty("number").GetString() == sent.MagentoNumber)
            ? null
            : $"order {sent.Number} {sent.Id} was sent with {sent.Total} for {string.Join(", ", sent.Lines)}, and is {answer.Body}";
    }
}

/// <summary>How fast orders come, and how many at least are taken between two kills; at most three times as many.</summary>
internal sealed record SigkillPace(double OrdersPerSecond, int FewestOrders);

/// <summary>What has become of the orders that a shop was told are taken.</summary>
internal sealed record SigkillOutcome
{
    /// <summary>Orders that were refused, or met an answer that no client should see.</summary>
    public required IReadOnlyList<string> Refused { get; init; }

    /// <summary>Orders that are not there, or not as they were sent, or about which the shop was told different things.</summary>
    public required IReadOnlyList<string> Lost { get; init; }

    /// <summary>Orders with more than one authorisation in the gateway's own ledger.</summary>
    public required IReadOnlyList<string> ChargedTwice { get; init; }

    /// <summary>The gateway's own ledger: order and minor units, sorted.</summary>
    public required IReadOnlyList<(string Order, long Amount)> Charged { get; init; }

    /// <summary>What should stand there.</summary>
    public required IReadOnlyList<(string Order, long Amount)> ToCharge { get; init; }
}
