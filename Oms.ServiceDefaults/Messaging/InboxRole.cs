using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Oms.Contracts;
using Oms.ServiceDefaults.Telemetry;

namespace Oms.ServiceDefaults.Messaging;

/// <summary>
/// Handles SQS events by the inbox table. Messages of one order run one after another, different orders side by side;
/// what fails is reported and made visible again after a short, growing pause, the rest is done.
/// Nothing is dropped: what cannot be read ends in the dead-letter queue after its retries.
/// </summary>
public sealed class InboxRole(InboxTable inbox, FunctionServices services) : IFunctionRole
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(2);

    private readonly ILogger _log = services.Logs.CreateLogger("Oms.Inbox");

    public async Task<Stream> HandleAsync(Stream input, Invocation invocation)
    {
        var wire = await JsonSerializer.DeserializeAsync(input, MessagingJson.Default.SqsEvent, invocation.Cancellation);
        var failed = new List<SqsRecord>();
        var singles = new List<(SqsRecord Record, InboxTable.SingleEntry Entry, InboxTable.SingleCall Call)>();
        var batches = new Dictionary<InboxTable.BatchEntry, List<(SqsRecord Record, OrderEvent Event)>>();
        foreach (var record in wire?.Records ?? [])
        {
            try
            {
                switch (inbox.Find(TypeOf(record.Body)))
                {
                    case InboxTable.SingleEntry single:
                        singles.Add((record, single, single.Read(record.Body)));
                        break;
                    case InboxTable.BatchEntry batch:
                        var message = JsonSerializer.Deserialize(record.Body, ContractsJson.Default.OrderEvent) ?? throw new JsonException("The message is null");
                        (batches.TryGetValue(batch, out var list) ? list : batches[batch] = []).Add((record, message));
                        break;
                    default:
                        Log.MessageUnreadable(_log, record.MessageId, "its type has no handler here");
                        failed.Add(record);
                        break;
                }
            }
            catch (Exception fault) when (fault is JsonException or NotSupportedException or FormatException or OverflowException or InvalidOperationException)
            {
                // The parser's own message may quote the body: only the kind of fault is logged.
                Log.MessageUnreadable(_log, record.MessageId, fault.GetType().Name);
                failed.Add(record);
            }
        }

        var work = singles.GroupBy(static item => item.Call.OrderId, StringComparer.Ordinal).Select(order => RunOrderAsync([.. order], invocation))
            .Concat(batches.Select(batch => RunBatchAsync(batch.Key, batch.Value, invocation)));
        foreach (var failures in await Task.WhenAll(work))
        {
            failed.AddRange(failures);
        }

        await ShowAgainSoonAsync(failed, invocation);
        var response = new BatchResponse([.. failed.Select(static record => new BatchItemFailure(record.MessageId))]);
        return new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(response, MessagingJson.Default.BatchResponse));
    }

    private async Task<IReadOnlyList<SqsRecord>> RunOrderAsync(IReadOnlyList<(SqsRecord Record, InboxTable.SingleEntry Entry, InboxTable.SingleCall Call)> messages, Invocation invocation)
    {
        var failed = new List<SqsRecord>();
        foreach (var (record, entry, call) in messages)
        {
            if (!await GuardAsync(entry.UseCase, record, call, invocation))
            {
                failed.Add(record);
            }
        }

        return failed;
    }

    private async Task<IReadOnlyList<SqsRecord>> RunBatchAsync(InboxTable.BatchEntry entry, List<(SqsRecord Record, OrderEvent Event)> messages, Invocation invocation)
    {
        // The batch is decided as one; each order's own span covers it, so that every trace shows the step. What is written for an order then continues its span.
        var spans = messages.Select(message =>
        {
            var span = FunctionTelemetry.StartConsumer(entry.UseCase, message.Event.TraceParent);
            span?.SetTag("oms.order_id", message.Event.OrderId).SetTag("messaging.message.id", message.Event.Id).SetTag("faas.invocation_id", invocation.RequestId);
            return span;
        }).ToList();
        var work = messages.Select((message, index) =>
            new InboxMessage<OrderEvent>(message.Record.MessageId, spans[index]?.Id is { } context ? message.Event with { TraceParent = context } : message.Event, message.Record.Receives, spans[index])).ToList();
        Activity.Current = spans is [{ } only] ? only : null;
        var started = services.Clock.GetTimestamp();
        IReadOnlyList<string> again;
        string? failure = null;
        try
        {
            again = await entry.Handler(work, invocation.Cancellation);
        }
#pragma warning disable CA1031 // the edge: whatever failed is delivered again, and logged
        catch (Exception fault)
#pragma warning restore CA1031
        {
            failure = Fault.Describe(fault);
            again = [.. messages.Select(static message => message.Record.MessageId)];
        }

        for (var i = 0; i < messages.Count; i++)
        {
            var (record, message) = messages[i];
            Activity.Current = spans[i];
            if (!again.Contains(record.MessageId, StringComparer.Ordinal))
            {
                Log.MessageApplied(_log, entry.UseCase, message.Id);
            }
            else
            {
                spans[i]?.SetStatus(ActivityStatusCode.Error);
                if (failure is not null)
                {
                    Log.MessageFailed(_log, record.MessageId, entry.UseCase, message.OrderId, record.Receives, failure);
                }
            }

            spans[i]?.Dispose();
        }

        Activity.Current = null;
        services.Telemetry.Count(entry.UseCase, again.Count == 0 ? "ok" : "again", services.Clock.GetElapsedTime(started));
        return [.. messages.Select(static message => message.Record).Where(record => again.Contains(record.MessageId, StringComparer.Ordinal))];
    }

    private async Task<bool> GuardAsync(string useCase, SqsRecord record, InboxTable.SingleCall call, Invocation invocation)
    {
        using var span = FunctionTelemetry.StartConsumer(useCase, call.TraceParent);
        span?.SetTag("oms.order_id", call.OrderId).SetTag("messaging.message.id", call.EventId ?? record.MessageId).SetTag("faas.invocation_id", invocation.RequestId);
        var started = services.Clock.GetTimestamp();
        try
        {
            await call.RunAsync(invocation.Cancellation);
            services.Telemetry.Count(useCase, "ok", services.Clock.GetElapsedTime(started));
            Log.MessageApplied(_log, useCase, call.EventId);
            return true;
        }
#pragma warning disable CA1031 // the edge: whatever failed is delivered again, and logged
        catch (Exception fault)
#pragma warning restore CA1031
        {
            span?.SetStatus(ActivityStatusCode.Error, fault.GetType().Name);
            services.Telemetry.Count(useCase, "again", services.Clock.GetElapsedTime(started));
            Log.MessageFailed(_log, record.MessageId, useCase, call.OrderId, record.Receives, Fault.Describe(fault));
            return false;
        }
    }

    private async Task ShowAgainSoonAsync(List<SqsRecord> failed, Invocation invocation)
    {
        foreach (var record in failed.Where(static record => record.ReceiptHandle is not null))
        {
            try
            {
                var pause = Math.Min(FirstPause.TotalSeconds * Math.Pow(2, Math.Min(record.Receives - 1, 10)), LongestPause.TotalSeconds);
#pragma warning disable CA5394 // jitter
                await services.OwnInbox.ShowAgainAsync(record.ReceiptHandle!, TimeSpan.FromSeconds(Math.Ceiling(pause * (0.5 + (services.Random.NextDouble() / 2)))), invocation.Cancellation);
#pragma warning restore CA5394
            }
            catch (Exception fault) when (fault is Amazon.Runtime.AmazonServiceException or Amazon.Runtime.AmazonClientException or OperationCanceledException or TimeoutException or HttpRequestException or IOException)
            {
                // It then comes back when the queue's visibility time-out ends.
                Log.VisibilityNotChanged(_log, record.MessageId, fault.GetType().Name);
            }
        }
    }

    private static string TypeOf(string body)
    {
        using var document = JsonDocument.Parse(body);
        return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("type", out var type) && type.ValueKind == JsonValueKind.String
            ? type.GetString()!
            : throw new JsonException("no type");
    }
}
