using System.Globalization;
using Amazon.SimpleNotificationService;
using Amazon.SimpleNotificationService.Model;
using Oms.Contracts;

namespace Oms.ServiceDefaults.Messaging;

/// <summary>Publishes to the service's topic, packed by count and bytes as PublishBatch allows.</summary>
public sealed class EventPublisher(IAmazonSimpleNotificationService sns, string topicArn, RetryPolicy retry)
{
    /// <summary>Amazon SNS quotas: 10 messages and 256 KiB a call.</summary>
    private const int MaxEntries = 10;
    private const int MaxBytes = 262_144;

    /// <summary>Publishes one event, as an answer to somebody who asked; a failure is an exception.</summary>
    public async Task PublishAsync(OmsEvent fact, CancellationToken cancellation)
    {
        if (await PublishAsync([fact], cancellation) is [var failure, ..])
        {
            throw new InvalidOperationException($"SNS did not take {failure.Event.Id}: {failure.Code}");
        }
    }

    /// <returns>What was not taken; empty where all was.</returns>
    /// <exception cref="AmazonSimpleNotificationServiceException">SNS refused a whole call; then nothing is known of its entries.</exception>
    public async Task<IReadOnlyList<PublishFailure>> PublishAsync(IEnumerable<OmsEvent> facts, CancellationToken cancellation)
    {
        var failures = new List<PublishFailure>();
        foreach (var packet in Pack(facts.Select(OutgoingEvent.Of)))
        {
            failures.AddRange(await PublishPacketAsync(packet, cancellation));
        }

        return failures;
    }

    /// <summary>One call with what <see cref="Pack"/> has put together.</summary>
    /// <returns>What was not taken; the rest is confirmed.</returns>
    internal async Task<IReadOnlyList<PublishFailure>> PublishPacketAsync(IReadOnlyList<OutgoingEvent> packet, CancellationToken cancellation)
    {
        if (packet[0].Bytes > MaxBytes)
        {
            return [new PublishFailure(packet[0].Event, "MessageTooLong", IsOurFault: true)];
        }

        var entries = packet.Select(static (outgoing, index) => new PublishBatchRequestEntry
        {
            Id = index.ToString(CultureInfo.InvariantCulture),
            Message = outgoing.Body,
            MessageAttributes = outgoing.Attributes.ToDictionary(static pair => pair.Key, static pair => new MessageAttributeValue { DataType = "String", StringValue = pair.Value }, StringComparer.Ordinal),
        }).ToList();
        try
        {
            var answer = await retry.RunAsync(token => sns.PublishBatchAsync(new PublishBatchRequest { TopicArn = topicArn, PublishBatchRequestEntries = entries }, token), cancellation);
            return [.. (answer.Failed ?? []).Select(failed => new PublishFailure(packet[int.Parse(failed.Id, CultureInfo.InvariantCulture)].Event, failed.Code, failed.SenderFault == true))];
        }
        catch (AmazonSimpleNotificationServiceException refused) when (refused.ErrorCode is "InvalidParameter" or "InvalidParameterValue" or "ParameterValueInvalid" or "BatchRequestTooLong")
        {
            // One bad entry spoils the call: alone, the good ones pass and the bad one is known.
            if (packet.Count == 1)
            {
                return [new PublishFailure(packet[0].Event, refused.ErrorCode, IsOurFault: true)];
            }

            var failures = new List<PublishFailure>();
            foreach (var single in packet)
            {
                failures.AddRange(await PublishPacketAsync([single], cancellation));
            }

            return failures;
        }
    }

    /// <summary>Splits into calls of at most ten entries and 256 KiB. One that is larger by itself goes alone, for SNS to refuse.</summary>
    internal static IEnumerable<IReadOnlyList<OutgoingEvent>> Pack(IEnumerable<OutgoingEvent> events)
    {
        var packet = new List<OutgoingEvent>();
        var bytes = 0;
        foreach (var outgoing in events)
        {
            if (packet.Count == MaxEntries || (packet.Count > 0 && bytes + outgoing.Bytes > MaxBytes))
            {
                yield return packet;
                packet = [];
                bytes = 0;
            }

            packet.Add(outgoing);
            bytes += outgoing.Bytes;
        }

        if (packet.Count > 0)
        {
            yield return packet;
        }
    }
}

/// <summary>An event that SNS did not take. <see cref="IsOurFault"/>: it never will (SenderFault), so it belongs into quarantine.</summary>
public sealed record PublishFailure(OmsEvent Event, string Code, bool IsOurFault);
