using System.Text.Json;

namespace Oms.LocalAws.EventSources;

/// <summary>
/// What a function's answer says of its batch, by the rules of
/// https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#sqs-batchfailurereporting-conditions and
/// https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html: nothing named means success,
/// something unreadable or unknown named means that the whole batch has failed.
/// </summary>
internal static class BatchResponse
{
    /// <summary>The identifiers that failed, empty for success, or null when the whole batch counts as failed.</summary>
    public static IReadOnlySet<string>? Failures(ReadOnlyMemory<byte> answer, IReadOnlySet<string> identifiers)
    {
        if (answer.IsEmpty) return new HashSet<string>();
        try
        {
            using var json = JsonDocument.Parse(answer);
            return Read(json.RootElement, identifiers);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static HashSet<string>? Read(JsonElement answer, IReadOnlySet<string> identifiers)
    {
        if (answer.ValueKind == JsonValueKind.Null) return [];
        if (answer.ValueKind != JsonValueKind.Object) return null;
        if (!answer.TryGetProperty("batchItemFailures", out var failures) || failures.ValueKind == JsonValueKind.Null) return [];
        if (failures.ValueKind != JsonValueKind.Array) return null;

        HashSet<string> failed = [];
        foreach (var failure in failures.EnumerateArray())
        {
            if (failure.ValueKind != JsonValueKind.Object
                || !failure.TryGetProperty("itemIdentifier", out var identifier)
                || identifier.ValueKind != JsonValueKind.String
                || !identifiers.Contains(identifier.GetString()!))
                return null;
            failed.Add(identifier.GetString()!);
        }

        return failed;
    }
}
