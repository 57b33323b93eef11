using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Oms.LocalAws.Tokens;
using Oms.Tests.Support;

namespace Oms.Tests.Fuzzing;

/// <summary>
/// Requests that nobody means, over HTTP through gateway, authorizer and the functions: no 5xx, every refusal as RFC 9457 wants it,
/// no echo of a card number, and what was accepted is there with its total and its lines, and goes its way without a message that nobody can take. OMS_FUZZ_INPUTS and OMS_SEED make it longer or another one.
/// </summary>
[Collection(nameof(WholeSystem))]
public sealed class HttpFuzzTests(ITestOutputHelper output)
{
    private const int Clients = 12;
    private const int Reported = 5;

    [Fact]
    public async Task No_input_is_answered_with_a_fault()
    {
        var count = Setting("OMS_FUZZ_INPUTS") ?? 20_000;
        var seed = Setting("OMS_SEED") ?? 20261122;
        await using var oms = await OmsStack.StartAsync(new OmsStackOptions { Processes = new Dictionary<string, int> { ["orders-api"] = 2 } });
        using var shop = await oms.ClientAsync("fuzz");
        foreach (var sku in Sample.Lines.Select(static line => line.Sku).Append("MUG").Append("NOTEBOOK-A5"))
        {
            await shop.SetStockAsync(sku, 1_000_000);
        }

        var known = (await shop.PlaceMagentoAsync(Sample.Magento("000000000"))).OrderId;
        var tokens = await TokensAsync(oms);

        var started = Stopwatch.StartNew();
        var generator = new InputGenerator(seed, known);
        var faults = new SortedDictionary<int, (HttpInput Input, string Fault)>();
        var answers = new SortedDictionary<int, int>();
        var accepted = new Dictionary<string, HttpInput>(StringComparer.Ordinal);
        var compared = 0;
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(async () =>
        {
            using var client = new WireClient(oms.ApiUrl, tokens);
            for (int number; (number = Interlocked.Increment(ref next)) < count;)
            {
                var input = generator.Make(number);
                var (answer, fault) = await AskAsync(client, input);
                lock (faults)
                {
                    answers[answer.Status] = answers.GetValueOrDefault(answer.Status) + 1;
                    if (answer.Status == 202)
                    {
                        accepted[answer.Header("location")!] = Look(input, answer);
                        compared += OrderCheck.IsComparable(input, answer) ? 1 : 0;
                    }

                    if (fault is not null)
                    {
                        faults[number] = (input, fault);
                    }
                }

                if (number % 5_000 == 4_999)
                {
                    TestContext.Current.SendDiagnosticMessage($"{number + 1} inputs after {started.Elapsed.TotalSeconds:0} s");
                }
            }
        })));

        Figures.Record("fuzz.inputs", count, ">= 20,000, long run 1,000,000", started.Elapsed, (ulong)seed);
        Figures.Record("fuzz.bad", faults.Count, "0", started.Elapsed, (ulong)seed);
        output.WriteLine($"{count} inputs in {started.Elapsed.TotalSeconds:0.0} s, {accepted.Count} orders of them, {compared} compared with what was sent: {string.Join(", ", answers.Select(static answer => $"{answer.Value} x {answer.Key}"))}");
        Assert.True(faults.Count == 0, await ReportAsync(oms, tokens, faults));
        Assert.True(compared > count / 100, $"only {compared} orders could be compared with what was sent");
        Assert.All([200, 202, 400, 401, 403, 404, 405, 406, 413, 415, 422], status => Assert.True(answers.GetValueOrDefault(status) > 0, $"no input was answered with {status}"));
        await SettledAsync(oms, tokens, accepted.Values);
        output.WriteLine($"the orders have settled {started.Elapsed.TotalSeconds:0.0} s after the first input");
    }

    /// <summary>The answer, and what is wrong with it; an order that was accepted is asked for.</summary>
    private static async Task<(WireAnswer Answer, string? Fault)> AskAsync(WireClient client, HttpInput input)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var answer = await client.SendAsync(input, cancellation);
        var fault = AnswerCheck.Fault(input, answer);
        if (fault is null && answer.Status == 202)
        {
            fault = OrderCheck.Fault(input, answer, await client.SendAsync(Look(input, answer), cancellation));
        }

        return (answer, fault);
    }

    /// <summary>The GET of the order by whoever placed it.</summary>
    private static HttpInput Look(HttpInput input, WireAnswer accepted) =>
        new("GET", accepted.Header("location")!, [input.Headers.Single(static header => header.Name == "authorization")], []);

    /// <summary>Every order that was accepted has gone as far as it can by itself, no message waits to be tried again, and none was put aside.</summary>
    private static async Task SettledAsync(OmsStack oms, IReadOnlyDictionary<string, string> tokens, IReadOnlyCollection<HttpInput> looks)
    {
        using var topics = new Topics(oms);
        using var client = new WireClient(oms.ApiUrl, tokens);
        var onTheWay = new Queue<HttpInput>(looks);
        await OmsClient.WaitUntilAsync(
            async () =>
            {
                while (onTheWay.TryPeek(out var look) && !IsOnTheWay(await client.SendAsync(look, TestContext.Current.CancellationToken)))
                {
                    onTheWay.Dequeue();
                }

                return onTheWay.Count == 0;
            },
            () => $"{onTheWay.Count} orders have come as far as they can, such as {onTheWay.Peek().Target}");
        foreach (var inbox in OmsQueues.Inboxes)
        {
            await OmsClient.WaitUntilAsync(async () => await topics.CountAsync(inbox) == 0, $"{inbox} is empty");
        }

        foreach (var queue in OmsQueues.DeadLetters)
        {
            Assert.True(await topics.CountAsync(queue) == 0, $"{queue} holds what an odd order has led to: {string.Join('\n', await topics.ReceiveAsync(queue))}");
        }
    }

    private static bool IsOnTheWay(WireAnswer answer)
    {
        using var order = JsonDocument.Parse(answer.Body);
        return (Text("state"), Text("payer"), Text("paymentStatus")) is ("Received", _, _) or ("AwaitingPayment", "oms", "pending");

        string? Text(string member) => order.RootElement.GetProperty(member).GetString();
    }

    /// <summary>One shrunk input for each kind of fault.</summary>
    private static async Task<string> ReportAsync(OmsStack oms, IReadOnlyDictionary<string, string> tokens, SortedDictionary<int, (HttpInput Input, string Fault)> faults)
    {
        using var client = new WireClient(oms.ApiUrl, tokens);
        var lines = new List<string> { $"{faults.Count} inputs were answered with a fault:" };
        foreach (var kind in faults.GroupBy(static found => found.Value.Fault, StringComparer.Ordinal).Take(Reported))
        {
            var (number, (input, fault)) = kind.First();

            // What another answer was expected to cannot lose a part: a part of it may well deserve that answer.
            var small = AnswerCheck.Fault(input with { Expected = [] }, await client.SendAsync(input, TestContext.Current.CancellationToken)) is null
                ? input
                : await InputShrinker.ShrinkAsync(input with { Expected = [] }, async candidate => (await AskAsync(client, candidate)).Fault);
            var answer = await client.SendAsync(small, TestContext.Current.CancellationToken);
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"{kind.Count()} x {fault}; the first is input {number}, shrunk:\n  {small.ToTest()}\n  -> {answer.Status} {answer.Header("content-type")} {answer.Text[..Math.Min(answer.Text.Length, 400)]}"));
        }

        return string.Join('\n', [.. lines, .. oms.Logs.Split('\n').Where(static line => line.Contains("internal-error", StringComparison.Ordinal) || line.Contains("\"Error\"", StringComparison.Ordinal)).Take(Reported)]);
    }

    private static async Task<Dictionary<string, string>> TokensAsync(OmsStack oms)
    {
        using var key = SigningKey.LoadOrCreate(oms.StateFolder);
        var elsewhere = Directory.CreateTempSubdirectory("oms-test-");
        using var foreignKey = SigningKey.LoadOrCreate(elsewhere.FullName);
        elsewhere.Delete(recursive: true);
        var issuer = oms.ApiUrl.ToString() + "local";
        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [InputGenerator.Good] = await oms.TokenAsync("fuzz"),
            [InputGenerator.ReadOnly] = await oms.TokenAsync("fuzz", "orders:read payments:read inventory:read"),
            [InputGenerator.OtherStore] = await oms.TokenAsync("fuzz", store: "other"),
            [InputGenerator.NoStore] = await oms.TokenAsync("fuzz", store: ""),
            [InputGenerator.OtherTenant] = await oms.TokenAsync("fuzz-other"),
            [InputGenerator.Expired] = Token(new TokenIssuer(key, issuer, "oms", new Yesterday())),
            [InputGenerator.Forged] = Token(new TokenIssuer(foreignKey, issuer, "oms", TimeProvider.System)),
        };

        static string Token(TokenIssuer issuer) => issuer.Issue(["orders:read orders:write"], ["default"], "fuzz")["access_token"]!.GetValue<string>();
    }

    private static int? Setting(string name) => int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : null;

    private sealed class Yesterday : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() - TimeSpan.FromDays(1);
    }
}
