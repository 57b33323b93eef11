using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Oms.Tests.LocalAws.Embedded.DynamoDb.Differential;

/// <summary>
/// The sequences of one seed played by the engine and by DynamoDB Local. OMS_DIFFERENTIAL_OPERATIONS makes the run
/// longer, OMS_SEED another one; a run ends at the first difference, with the shortest sequence that shows it.
/// </summary>
internal sealed class DifferentialRun
{
    public const ulong DefaultSeed = 20261122;
    private const int DefaultOperations = 5_700;

    /// <summary>For bugs to be found in; a long run keeps no more.</summary>
    private const int Kept = 150;

    private static readonly string[] Functions = ["attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "contains", "size", "if_not_exists", "list_append"];
    private static readonly string[] Words = ["AND", "OR", "NOT", "BETWEEN", "IN", "SET", "REMOVE", "ADD", "DELETE"];
    private static readonly string[] Signs = ["=", "<>", "<", "<=", ">", ">=", "+", "-"];

    public ulong Seed { get; } = ulong.TryParse(Environment.GetEnvironmentVariable("OMS_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out var seed) ? seed : DefaultSeed;

    public int Wanted { get; } = int.TryParse(Environment.GetEnvironmentVariable("OMS_DIFFERENTIAL_OPERATIONS"), NumberStyles.None, CultureInfo.InvariantCulture, out var wanted) ? wanted : DefaultOperations;

    public int Operations { get; private set; }

    public int FailedConditions { get; private set; }

    /// <summary>The seed, the shortest sequence, and where the two differ in it.</summary>
    public string? Mismatch { get; private set; }

    public TimeSpan Duration { get; private set; }

    public Exclusions Exclusions { get; } = new();

    /// <summary>Calls by operation.</summary>
    public SortedDictionary<string, int> ByOperation { get; } = new(StringComparer.Ordinal);

    /// <summary>How often functions, keywords and operators stood in expressions that both peers evaluated.</summary>
    public SortedDictionary<string, int> ByFunction { get; } = new(StringComparer.Ordinal);

    /// <summary>How often each refusal was asked for and given.</summary>
    public int[] ByRefusal { get; } = new int[ErrorMaker.Count];

    /// <summary>What DynamoDB Local answered, for the planted bugs.</summary>
    public List<(CallSequence Sequence, PlayedSequence Theirs)> Recorded { get; } = [];

    public void Run(IPeer local)
    {
        var started = Stopwatch.StartNew();
        foreach (var name in (string[])[.. Functions, .. Words, .. Signs]) ByFunction[name] = 0;
        for (var number = 0; Operations < Wanted && Mismatch is null; number++)
        {
            var sequence = SequenceMaker.Make(Seed, number);
            var table = string.Create(CultureInfo.InvariantCulture, $"differential-{number}");
            var ours = PlayedSequence.Play(new EnginePeer(TimeProvider.System), sequence, table);
            var theirs = PlayedSequence.Play(local, sequence, table, ours.Records.Count);
            if (Comparison.Difference(sequence, ours, theirs, Exclusions) is not null) Mismatch = Shortest(local, sequence, number);
            Count(sequence, ours);
            if (Recorded.Count < Kept) Recorded.Add((sequence, theirs));
        }

        Duration = started.Elapsed;
    }

    private string Shortest(IPeer local, CallSequence sequence, int number)
    {
        var tries = 0;
        string? found = null;
        var shortest = Shrinking.Shortest(sequence, shorter =>
        {
            var table = string.Create(CultureInfo.InvariantCulture, $"shorter-{number}-{++tries}");
            var ours = PlayedSequence.Play(new EnginePeer(TimeProvider.System), shorter, table);
            var difference = Comparison.Difference(shorter, ours, PlayedSequence.Play(local, shorter, table, ours.Records.Count), new Exclusions());
            found = difference ?? found;
            return difference is not null;
        });
        return string.Create(CultureInfo.InvariantCulture, $"OMS_SEED={Seed}, sequence {number}, {shortest.Calls.Count} calls\n{string.Join('\n', shortest.Calls)}\n{found}");
    }

    private void Count(CallSequence sequence, PlayedSequence ours)
    {
        Operations += sequence.Calls.Count;
        foreach (var (call, answer) in sequence.Calls.Zip(ours.Answers))
        {
            ByOperation[call.Operation] = ByOperation.GetValueOrDefault(call.Operation) + 1;
            var error = answer.Body["__type"]?.GetValue<string>();
            if (error is "ConditionalCheckFailedException" || (error is "TransactionCanceledException" && answer.Body.ToJsonString().Contains("ConditionalCheckFailed", StringComparison.Ordinal))) FailedConditions++;
            if (call.Refusal is { } refusal && answer.Status == 400) ByRefusal[refusal]++;
            if (error is not "ValidationException") CountFunctions(call.Body);
        }
    }

    private void CountFunctions(string body)
    {
        foreach (var expression in Found(body, "Expression\":\"(?<found>[^\"]*)\""))
        {
            foreach (var function in Functions) ByFunction[function] += Found(expression, $@"\b(?<found>{function})\(").Count();
            foreach (var word in Words) ByFunction[word] += Found(expression.ToUpperInvariant(), $@"(?<![#:\w])(?<found>{word})\b").Count();
            foreach (var sign in Found(expression, "(?<found><=|>=|<>|[=<>+-])")) ByFunction[sign]++;
        }
    }

    private static IEnumerable<string> Found(string text, string pattern) =>
        Regex.Matches(text, pattern, RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(5)).Select(static match => match.Groups["found"].Value);
}
