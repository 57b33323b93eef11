using System.Text.Json.Nodes;

namespace Oms.Tests.LocalAws.Embedded.DynamoDb.Differential;

/// <summary>Says where two peers differ, apart from what the exclusions know.</summary>
internal static class Comparison
{
    /// <summary>Null: they agree.</summary>
    public static string? Difference(CallSequence sequence, PlayedSequence ours, PlayedSequence theirs, Exclusions exclusions)
    {
        for (var i = 0; i < sequence.Calls.Count; i++)
            if (Difference(sequence.Calls[i], ours.Answers[i], theirs.Answers[i], exclusions) is { } found) return $"call {i}: {found}";
        return Difference("items", [.. Exclusions.ItemsAlike(ours.Items)], [.. Exclusions.ItemsAlike(theirs.Items)])
            ?? Difference("stream records", [.. Exclusions.RecordsAlike(ours.Records)], [.. Exclusions.RecordsAlike(theirs.Records)]);
    }

    public static string? Difference(WireCall call, WireAnswer ours, WireAnswer theirs, Exclusions exclusions)
    {
        if (Same(ours, theirs)) return null;
        var alike = Exclusions.NumbersAlike(ours);
        return Same(alike, exclusions.AsAws(call, alike, Exclusions.NumbersAlike(theirs))) ? null : $"{call}\n  ours   {ours.Status} {Shown(ours.Body)}\n  theirs {theirs.Status} {Shown(theirs.Body)}";
    }

    private static bool Same(WireAnswer ours, WireAnswer theirs) => ours.Status == theirs.Status && JsonNode.DeepEquals(ours.Body, theirs.Body);

    private static string? Difference(string what, IReadOnlyList<JsonObject> ours, IReadOnlyList<JsonObject> theirs)
    {
        for (var i = 0; i < Math.Max(ours.Count, theirs.Count); i++)
        {
            var (one, other) = (ours.ElementAtOrDefault(i), theirs.ElementAtOrDefault(i));
            if (!JsonNode.DeepEquals(one, other)) return $"{what}: ours {ours.Count}, theirs {theirs.Count}; at {i}\n  ours   {Shown(one)}\n  theirs {Shown(other)}";
        }

        return null;
    }

    private static string Shown(JsonNode? node) => node is null ? "nothing" : SequenceMaker.Text(node) is { Length: > 1500 } text ? text[..1500] + "…" : SequenceMaker.Text(node);
}
