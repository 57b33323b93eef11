using System.Globalization;
using System.Text.Json;
using Amazon.SQS;
using Amazon.SQS.Model;
using Oms.Contracts;

namespace Oms.ServiceDefaults.Messaging;

/// <summary>Sends to one SQS queue: a service's own inbox (look at this order later) or its quarantine.</summary>
public sealed class InboxQueue(IAmazonSQS sqs, string url, RetryPolicy retry)
{
    /// <summary>SQS: DelaySeconds is at most 900. Longer waits are the clock's.</summary>
    public static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(15);

    public Task SendAsync(DueMessage message, TimeSpan delay, CancellationToken cancellation) =>
        SendAsync(JsonSerializer.Serialize(message, ContractsJson.Default.DueMessage), delay, cancellation);

    public Task SendAsync(string body, TimeSpan delay, CancellationToken cancellation) => retry.RunAsync(
        token => sqs.SendMessageAsync(new SendMessageRequest(url, body) { DelaySeconds = (int)Math.Clamp(Math.Ceiling(delay.TotalSeconds), 0, LongestDelay.TotalSeconds) }, token), cancellation);

    /// <summary>Sends many, ten to a call; an entry that SQS refuses is a fault, so that the caller's message is delivered again.</summary>
    public async Task SendAllAsync(IEnumerable<DueMessage> messages, CancellationToken cancellation)
    {
        foreach (var ten in messages.Chunk(10))
        {
            var entries = ten.Select(static (message, index) => new SendMessageBatchRequestEntry(index.ToString(CultureInfo.InvariantCulture), JsonSerializer.Serialize(message, ContractsJson.Default.DueMessage))).ToList();
            var answer = await retry.RunAsync(token => sqs.SendMessageBatchAsync(new SendMessageBatchRequest(url, entries), token), cancellation);
            if (answer.Failed is { Count: > 0 } refused)
            {
                throw new InvalidOperationException($"SQS refused {refused.Count} of {entries.Count} messages: {refused[0].Code}");
            }
        }
    }

    /// <summary>Ends a message's invisibility after <paramref name="pause"/> instead of after the queue's time-out.</summary>
    public Task ShowAgainAsync(string receiptHandle, TimeSpan pause, CancellationToken cancellation) =>
        sqs.ChangeMessageVisibilityAsync(new ChangeMessageVisibilityRequest(url, receiptHandle, (int)pause.TotalSeconds), cancellation);
}
