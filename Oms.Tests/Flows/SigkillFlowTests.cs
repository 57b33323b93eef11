using System.Diagnostics;
using System.Globalization;
using System.Net;
using Oms.Contracts;
using Oms.Tests.Support;

namespace Oms.Tests.Flows;

/// <summary>
/// SIGKILL to every function process and to LocalAws while orders come in: what a shop was told is taken is there, whole,
/// reaches its state, and is charged and reserved once. OMS_SIGKILL_ROUNDS and OMS_SEED make it longer or another one.
/// </summary>
[Collection(nameof(WholeSystem))]
public sealed class SigkillFlowTests
{
    private const string LocalAws = "localaws";
    private const double OrdersPerSecond = 20;

    private static readonly string[] Skus = ["MUG-A", "MUG-B", "MUG-C", "TEA-SENCHA-100"];

    /// <summary>
    /// At most; usually a message of a worker that died is visible again after half a minute, and a payment is looked at when the lease of its call ends.
    /// Where the word of that is lost too, it takes until a gateway's "not found" counts and two ticks of the clock.
    /// </summary>
    private static readonly TimeSpan AllSettled = TimeSpan.FromMinutes(9);

    private static ITestOutputHelper? Output => TestContext.Current.TestOutputHelper;

    [Fact]
    public async Task No_order_that_was_taken_is_lost_and_none_is_charged_twice()
    {
        // Eleven victims: each once.
        var rounds = Setting("OMS_SIGKILL_ROUNDS") ?? OmsStack.Functions.Length + 1;
        var seed = Setting("OMS_SEED") ?? 20261122;
        var started = Stopwatch.StartNew();
        await using var oms = await OmsStack.StartAsync(new OmsStackOptions { Functions = FunctionHosting.Processes, LocalAwsAsProcess = true, Processes = new Dictionary<string, int> { ["orders-api"] = 2 } });
        using var client = await oms.ClientAsync("sigkill");
        foreach (var sku in Skus)
        {
            await client.SetStockAsync(sku, 1_000_000);
        }

        IReadOnlyCollection<PlacedOrder> accepted;
        await using (var shop = new RetryingShop(client, OrdersPerSecond, seed))
        {
            shop.Open();
            await KillAsync(oms, shop, rounds, new Random(seed));
            await shop.CloseAsync();
            Assert.True(shop.Refused.Count == 0, string.Join("\n", shop.Refused));
            accepted = shop.Accepted;
            Say($"{accepted.Count} orders, {shop.AcceptedPerSecond:0.0} a second; {shop.Repeated} times one was sent again, last after {shop.LastTrouble}");
            Figures.Record("sigkill.orders_per_second", Math.Round(shop.AcceptedPerSecond, 1), ">= 20 on an idle machine", started.Elapsed, (ulong)seed);
        }

        var lost = await LostAsync(oms, client, accepted);
        var authorised = await oms.AuthorisedAsync();
        var twice = authorised.GroupBy(static order => order, StringComparer.Ordinal).Where(static order => order.Count() > 1).Select(static order => order.Key).ToList();
        Figures.Record("sigkill.rounds", rounds, ">= 10, nightly >= 30", started.Elapsed, (ulong)seed);
        Figures.Record("sigkill.lost", lost.Count, "0", started.Elapsed, (ulong)seed);
        Figures.Record("sigkill.double_charges", twice.Count, "0", started.Elapsed, (ulong)seed);
        Assert.True(lost.Count == 0, string.Join("\n", lost));
        Assert.True(twice.Count == 0, string.Join("\n", twice));
        Assert.Equal(accepted.Where(static order => order.IsNative).Select(static order => order.Id).Order(StringComparer.Ordinal), authorised.Order(StringComparer.Ordinal));
        foreach (var sku in Skus)
        {
            var held = accepted.SelectMany(static order => order.Lines).Where(line => line.Sku == sku).Sum(static line => line.Quantity);
            Assert.Equal((1_000_000m, held, 1_000_000m - held), await client.StockAsync(sku));
        }

        await NoDeadLettersAsync(oms);
    }

    /// <summary>Kills in a seeded order; a round with nothing in flight does not count.</summary>
    private static async Task KillAsync(OmsStack oms, RetryingShop shop, int rounds, Random random)
    {
        using var heads = new OrderHeads(oms);
        using var topics = new Topics(oms);
        var settled = new HashSet<string>(StringComparer.Ordinal);
        var victims = new Queue<string>();
        var taken = 0;
        for (var round = 1; round <= rounds;)
        {
            if (victims.Count == 0)
            {
                string[] deck = [.. OmsStack.Functions, LocalAws];
                random.Shuffle(deck);
                deck.ToList().ForEach(victims.Enqueue);
            }

#pragma warning disable CA5394 // seeded
            // So many orders after the last kill, at any moment between two of them.
            var enough = taken + random.Next(5, 30);
            await OmsClient.WaitUntilAsync(() => Task.FromResult(shop.Accepted.Count >= enough), $"orders are taken again; the shop sees {shop.LastTrouble}");
            await Task.Delay(random.Next(0, 200));
            var processes = victims.Peek() == LocalAws ? 1 : oms.ProcessesOf(victims.Peek()).Count;
            var process = random.Next(processes);
#pragma warning restore CA5394
            var asked = shop.Accepted.Where(order => !settled.Contains(order.Id)).ToList();
            var open = await heads.NotInAsync(OrderState.Confirmed, asked);
            settled.UnionWith(asked.Except(open).Select(static order => order.Id));
            var unanswered = shop.Unanswered;
            if (unanswered + open.Count == 0)
            {
                continue;
            }

            var victim = victims.Dequeue();
            taken = shop.Accepted.Count;
            if (victim == LocalAws)
            {
                await oms.RestartLocalAwsAsync();
            }
            else
            {
                await oms.ProcessesOf(victim)[process].KillAndRestartAsync();
            }

            var messages = 0;
            foreach (var queue in OmsQueues.Inboxes)
            {
                messages += await topics.CountAsync(queue);
            }

            Say($"{round,2} {victim,-16} in flight: {unanswered} posts without an answer, {open.Count} orders taken and not yet Confirmed, {messages} messages");
            round++;
        }
    }

    /// <summary>Waits until every order that was taken is Confirmed, and then compares each with what GET says.</summary>
    private static async Task<IReadOnlyList<string>> LostAsync(OmsStack oms, OmsClient client, IReadOnlyCollection<PlacedOrder> accepted)
    {
        using var heads = new OrderHeads(oms);
        var open = await heads.NotInAsync(OrderState.Confirmed, accepted);
        Say($"{open.Count} not yet Confirmed when the shop closed");
        var waited = Stopwatch.StartNew();
        for (; open.Count > 0 && waited.Elapsed < AllSettled; open = await heads.NotInAsync(OrderState.Confirmed, open))
        {
            await Task.Delay(250);
        }

        Say($"{open.Count} not yet Confirmed {waited.Elapsed.TotalSeconds:0} s later");
        var lost = new List<string>();
        foreach (var orders in accepted.Chunk(4))
        {
            lost.AddRange((await Task.WhenAll(orders.Select(order => DifferenceAsync(client, order)))).OfType<string>());
        }

        return lost;
    }

    /// <returns>Null where the order is as the shop sent it, and Confirmed.</returns>
    private static async Task<string?> DifferenceAsync(OmsClient client, PlacedOrder sent)
    {
        var answer = await client.GetAsync($"/v1/orders/{sent.Id}");
        if (answer.Status != HttpStatusCode.OK)
        {
            return $"order {sent.Number} {sent.Id}: {(int)answer.Status} {answer.Body}";
        }

        var order = answer.Json;
        var lines = order.GetProperty("lines").EnumerateArray().Select(static line => (line.GetProperty("sku").GetString()!, line.GetProperty("quantity").GetDecimal()));
        return order.GetProperty("state").GetString() == "Confirmed" && order.GetProperty("total").GetString() == sent.Total && lines.SequenceEqual(sent.Lines)
            && (sent.IsNative || order.GetProperty("number").GetString() == sent.Number.ToString("D9", CultureInfo.InvariantCulture))
            ? null
            : $"order {sent.Number} {sent.Id} was sent with {sent.Total} for {string.Join(", ", sent.Lines)}, and is {answer.Body}";
    }

    private static async Task NoDeadLettersAsync(OmsStack oms)
    {
        using var topics = new Topics(oms);
        foreach (var queue in OmsQueues.DeadLetters)
        {
            Assert.True(await topics.CountAsync(queue) == 0, $"{queue} holds messages");
        }
    }

    private static int? Setting(string name) => int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : null;

    private static void Say(string line) => Output?.WriteLine(line);
}
