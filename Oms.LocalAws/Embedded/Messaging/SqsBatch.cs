using System.Text.Json;
using Oms.LocalAws.Proxy;

namespace Oms.LocalAws.Embedded.Messaging;

/// <summary>
/// What the batch operations share: a broken batch fails as a whole, a broken entry alone.
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html#API_SendMessageBatch_Errors
/// </summary>
internal static class SqsBatch
{
    private const int Most = 10;
    private const int LongestId = 80;

    public static IReadOnlyList<JsonElement> Entries(JsonElement body)
    {
        List<JsonElement> entries = [.. body.List("Entries")];
        if (Problem(entries.Select(e => e.Text("Id") ?? "").ToList()) is var (name, message)) throw MessagingException.Sqs(name, message);
        return entries;
    }

    /// <summary>The rules that SNS's batches share; null when they are kept.</summary>
    public static (string Name, string Message)? Problem(IReadOnlyList<string> ids)
    {
        if (ids.Count == 0) return ("EmptyBatchRequest", "The batch request doesn't contain any entries.");
        if (ids.Count > Most) return ("TooManyEntriesInBatchRequest", $"Maximum number of entries per request are {Most}. You have sent {ids.Count}.");
        if (ids.Any(id => id.Length is 0 or > LongestId || !id.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')))
            return ("InvalidBatchEntryId", "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.");
        return ids.GroupBy(id => id, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice ? ("BatchEntryIdsNotDistinct", $"Id {twice.Key} repeated.") : null;
    }

    public static AwsAnswer Answer(IReadOnlyList<JsonElement> entries, Func<JsonElement, Action<Utf8JsonWriter>> handle)
    {
        var done = new List<(string Id, Action<Utf8JsonWriter> Write)>();
        var failed = new List<(string Id, MessagingException Fault)>();
        foreach (var entry in entries)
        {
            try
            {
                done.Add((entry.Text("Id")!, handle(entry)));
            }
            catch (MessagingException fault)
            {
                failed.Add((entry.Text("Id")!, fault));
            }
        }

        return SqsAnswer.Of(json =>
        {
            if (done.Count > 0)
            {
                json.Array("Successful", done, (j, entry) =>
                {
                    j.WriteStartObject();
                    j.WriteString("Id", entry.Id);
                    entry.Write(j);
                    j.WriteEndObject();
                });
            }

            if (failed.Count > 0)
            {
                json.Array("Failed", failed, (j, entry) =>
                {
                    j.WriteStartObject();
                    j.WriteString("Id", entry.Id);
                    j.WriteString("Code", entry.Fault.Code);
                    j.WriteString("Message", entry.Fault.Message);
                    j.WriteBoolean("SenderFault", entry.Fault.Status < 500);
                    j.WriteEndObject();
                });
            }
        });
    }
}
