using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using Amazon.SQS;
using Microsoft.Extensions.Logging;
using Oms.Contracts;
using Oms.ServiceDefaults.Store;
using Oms.ServiceDefaults.Telemetry;

namespace Oms.ServiceDefaults.Messaging;

/// <summary>
/// Turns committed heads into events: reads the table's stream, publishes, and never gives up.
/// What SNS does not take, or only newer code can tell, is reported as a batch item failure and comes again; what can never be published goes to the quarantine queue, whole where it fits, so that it blocks nobody.
/// </summary>
/// <param name="eventOf">The event that a head's new image carries; null where it carries none. Unreadable images throw.</param>
public sealed class RelayRole(Func<Dictionary<string, AttributeValue>, CancellationToken, Task<OmsEvent?>> eventOf, FunctionServices services) : IFunctionRole
{
    /// <summary>Amazon SQS: what every queue takes, whenever it was made.</summary>
    private const int MaxQuarantineBytes = 262_144;

    /// <summary>
    /// What only newer code can tell waits this long for it, with all that follow it in the shard: where half of the processes run it, one of the next tries is its.
    /// Otherwise it must not hold up the others: its order is told of when newer code is there and the clock asks (ADR 0010).
    /// </summary>
    private static readonly TimeSpan NewerCodeComes = TimeSpan.FromSeconds(30);

    private readonly ILogger _log = services.Logs.CreateLogger("Oms.Relay");

    public async Task<Stream> HandleAsync(Stream input, Invocation invocation)
    {
        using var batch = await JsonDocument.ParseAsync(input, default, invocation.Cancellation);
        var failed = new List<string>();
        var ready = new List<(string SequenceNumber, OmsEvent Event)>();
        foreach (var record in batch.RootElement.GetProperty("Records").EnumerateArray())
        {
            var change = record.GetProperty("dynamodb");
            var sequence = change.GetProperty("SequenceNumber").GetString()!;
            if (!change.TryGetProperty("NewImage", out var image))
            {
                continue; // a deletion
            }

            try
            {
                if (await eventOf(AttributeJson.Read(image), invocation.Cancellation) is { } fact)
                {
                    ready.Add((sequence, fact));
                }
            }
            catch (Exception fault) when (IsOutage(fault) || (fault is NewerCodeException && MayStillCome(change)))
            {
                Log.PublishFailed(_log, sequence, fault.GetType().Name);
                failed.Add(sequence);
            }
#pragma warning disable CA1031 // whatever cannot be turned into an event is kept whole where a person looks, and blocks nobody
            catch (Exception fault)
#pragma warning restore CA1031
            {
                var keys = change.TryGetProperty("Keys", out var named) ? named.GetRawText() : null;
                if (!await TryQuarantineAsync(sequence, fault.GetType().Name, record.GetRawText(), keys, invocation.Cancellation))
                {
                    failed.Add(sequence);
                }
            }
        }

        failed.AddRange(await PublishAsync(ready, invocation));
        var response = new BatchResponse([.. failed.Select(static sequence => new BatchItemFailure(sequence))]);
        return new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(response, MessagingJson.Default.BatchResponse));
    }

    private async Task<IReadOnlyList<string>> PublishAsync(List<(string SequenceNumber, OmsEvent Event)> ready, Invocation invocation)
    {
        // One span per event, in its order's own trace, though one call carries ten orders.
        var spans = ready.Select(item =>
        {
            var span = FunctionTelemetry.StartProducer(item.Event.Type, item.Event.TraceParent);
            span?.SetTag("oms.order_id", item.Event.OrderId).SetTag("messaging.message.id", item.Event.Id).SetTag("faas.invocation_id", invocation.RequestId);
            return span;
        }).ToList();
        System.Diagnostics.Activity.Current = null;
        var sent = ready.Select((item, index) => spans[index]?.Id is { } context ? item.Event with { TraceParent = context } : item.Event).ToList();
        var again = new List<string>();
        var confirmed = 0;
        try
        {
            foreach (var packet in EventPublisher.Pack(sent.Select(OutgoingEvent.Of)))
            {
                var failures = await services.Publisher.PublishPacketAsync(packet, invocation.Cancellation);
                again.AddRange(await SortAsync(failures, ready, invocation.Cancellation));
                confirmed += packet.Count;
            }

            return again;
        }
        catch (Exception fault) when (IsOutage(fault))
        {
            // Nothing is known of the last call: with all after it, it comes again, and consumers recognise what they have seen. What was taken before is done: a slow SNS is progress too.
            Log.PublishFailed(_log, ready[confirmed].Event.Id, fault.GetType().Name);
            return [.. again.Union(ready.Skip(confirmed).Select(static item => item.SequenceNumber))];
        }
        finally
        {
            spans.ForEach(static span => span?.Dispose());
        }
    }

    /// <returns>The records that come again; those that SNS will never take are in quarantine.</returns>
    private async Task<IReadOnlyList<string>> SortAsync(IReadOnlyList<PublishFailure> failures, List<(string SequenceNumber, OmsEvent Event)> ready, CancellationToken cancellation)
    {
        var again = new List<string>();
        foreach (var failure in failures)
        {
            var sequence = ready.First(item => item.Event.Id == failure.Event.Id).SequenceNumber;
            if (failure.IsOurFault)
            {
                var name = new JsonObject { ["id"] = failure.Event.Id, ["type"] = failure.Event.Type };
                await QuarantineAsync(sequence, failure.Code, OutgoingEvent.Of(failure.Event).Body, name.ToJsonString(), cancellation);
            }
            else
            {
                Log.PublishFailed(_log, failure.Event.Id, failure.Code);
                again.Add(sequence);
            }
        }

        return again;
    }

    private static bool IsOutage(Exception fault) => fault is AmazonServiceException or AmazonClientException or HttpRequestException or IOException or TimeoutException or OperationCanceledException;

    private bool MayStillCome(JsonElement change) =>
        !change.TryGetProperty("ApproximateCreationDateTime", out var written) || services.Clock.GetUtcNow() - DateTimeOffset.UnixEpoch.AddSeconds(written.GetDouble()) < NewerCodeComes;

    /// <returns>False where the quarantine is away: the record comes again, with all that follow it in the shard; what follows is published all the same.</returns>
    private async Task<bool> TryQuarantineAsync(string sequence, string reason, string whole, string? name, CancellationToken cancellation)
    {
        try
        {
            await QuarantineAsync(sequence, reason, whole, name, cancellation);
            return true;
        }
        catch (Exception fault) when (IsOutage(fault))
        {
            Log.PublishFailed(_log, sequence, fault.GetType().Name);
            return false;
        }
    }

    /// <summary>
    /// What SQS will not take whole goes as its name and the reason; the head that it came from is still in the table.
    /// Only a queue that takes nothing at all (away, denied, not there) is an outage: then it is no fault of the record, and it comes again.
    /// </summary>
    /// <param name="name">JSON by which to find it: the item's keys, or the event's id and type.</param>
    private async Task QuarantineAsync(string sequence, string reason, string whole, string? name, CancellationToken cancellation)
    {
        Log.Quarantined(_log, sequence, reason);
        if (Encoding.UTF8.GetByteCount(whole) <= MaxQuarantineBytes)
        {
            try
            {
                await services.Quarantine.SendAsync(whole, TimeSpan.Zero, cancellation);
                return;
            }
            catch (AmazonSQSException refused) when (!RetryPolicy.IsTransient(refused, cancellation))
            {
                Log.NotQuarantinedWhole(_log, sequence, refused.ErrorCode);
            }
        }

        var notice = new JsonObject { ["sequenceNumber"] = sequence, ["reason"] = reason, ["of"] = name is null ? null : JsonNode.Parse(name) };
        await services.Quarantine.SendAsync(notice.ToJsonString(), TimeSpan.Zero, cancellation);
    }
}
