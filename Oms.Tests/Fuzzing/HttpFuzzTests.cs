using System.Diagnostics;
using System.Globalization;
using Oms.LocalAws.Tokens;
using Oms.Tests.Support;

namespace Oms.Tests.Fuzzing;

/// <summary>
/// Requests that nobody means, over HTTP through gateway, authorizer and the API functions as processes: no 5xx, every refusal as RFC 9457 wants it,
/// no echo of a card number, and what was accepted is there. OMS_FUZZ_INPUTS and OMS_SEED make it longer or another one.
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
        await using var oms = await OmsStack.StartAsync(new OmsStackOptions { Functions = FunctionHosting.Processes, Processes = new Dictionary<string, int> { ["orders-api"] = 2 } });

        // What is accepted is only to be there: without its relay no order goes on, and the time is the inputs'.
        await oms.ProcessesOf("orders-relay").Single().KillAsync();
        using var shop = await oms.ClientAsync("fuzz");
        await shop.SetStockAsync("MUG", 10);
        var known = (await shop.PlaceMagentoAsync(Sample.Magento("000000000"))).OrderId;
        var tokens = await TokensAsync(oms);

        var started = Stopwatch.StartNew();
        var generator = new InputGenerator(seed, known);
        var faults = new SortedDictionary<int, (HttpInput Input, string Fault)>();
        var answers = new SortedDictionary<int, int>();
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(async () =>
        {
            using var client = new WireClient(oms.ApiUrl, tokens);
            for (int number; (number = Interlocked.Increment(ref next)) < count;)
            {
                var input = generator.Make(number);
                var (status, fault) = await AskAsync(client, input);
                lock (faults)
                {
                    answers[status] = answers.GetValueOrDefault(status) + 1;
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
        output.WriteLine($"{count} inputs in {started.Elapsed.TotalSeconds:0.0} s: {string.Join(", ", answers.Select(static answer => $"{answer.Value} x {answer.Key}"))}");
        Assert.True(faults.Count == 0, await ReportAsync(oms, tokens, faults));
        Assert.All([200, 202, 400, 401, 403, 404, 405, 406, 413, 415, 422], status => Assert.True(answers.GetValueOrDefault(status) > 0, $"no input was answered with {status}"));
    }

    /// <summary>The answer's status, and what is wrong with it; an order that was accepted is asked for.</summary>
    private static async Task<(int Status, string? Fault)> AskAsync(WireClient client, HttpInput input)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var answer = await client.SendAsync(input, cancellation);
        var fault = AnswerCheck.Fault(input, answer);
        if (fault is null && answer.Status == 202)
        {
            var authorization = input.Headers.Single(static header => header.Name == "authorization");
            var there = await client.SendAsync(new HttpInput("GET", answer.Header("location")!, [authorization], []), cancellation);
            fault = there.Status == 200 ? null : $"accepted, and then GET answers {there.Status}";
        }

        return (answer.Status, fault);
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
