using System.Text.Json;
using System.Xml.Linq;
using Oms.LocalAws.Proxy;

namespace Oms.LocalAws.Embedded.Messaging;

/// <summary>
/// SNS and SQS in process, at their wire protocols. Synchronous, under one lock, and a function of the calls and the times:
/// it has no clock but the given one, no randomness, and ids from counters. What it does not know it refuses by name.
/// </summary>
public sealed class MessagingEngine
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly SqsQueues _queues;
    private readonly SqsMessages _messages;
    private readonly SqsMessageMoveTasks _moveTasks;
    private readonly SnsTopics _topics;
    private readonly SnsSubscriptions _subscriptions;
    private readonly SnsPublishing _publishing;
    private readonly SnsDelivery _delivery;
    private DateTimeOffset _now;
    private long _requests;

    /// <param name="time">The only clock.</param>
    /// <param name="choices">What may go either way; in order and once without.</param>
    /// <param name="endpoint">What queue URLs begin with.</param>
    public MessagingEngine(TimeProvider time, MessagingChoices? choices = null, Uri? endpoint = null)
    {
        choices ??= new MessagingChoices();
        _time = time;
        _queues = new SqsQueues(State, endpoint ?? new Uri("http://127.0.0.1:4566/"));
        _messages = new SqsMessages(State, choices);
        _moveTasks = new SqsMessageMoveTasks(State, _queues, _messages);
        _topics = new SnsTopics(State);
        _subscriptions = new SnsSubscriptions(State, _topics);
        _delivery = new SnsDelivery(State, choices, _messages);
        _publishing = new SnsPublishing(State, _topics, _delivery);
    }

    /// <summary>The names of all queues.</summary>
    public IReadOnlyList<string> Queues
    {
        get
        {
            lock (_gate) return [.. State.Queues.Keys];
        }
    }

    /// <summary>When the next delay or visibility time-out ends, or the next delivery of SNS is due.</summary>
    public DateTimeOffset? NextDue
    {
        get
        {
            lock (_gate)
            {
                var next = _delivery.NextDue;
                foreach (var queue in State.Queues.Values)
                {
                    if (queue.NextVisible is { } visible && (next is null || visible < next)) next = visible;
                }

                return next;
            }
        }
    }

    internal MessagingState State { get; } = new();

    /// <summary>Answers one call, in the wire form of its service.</summary>
    public AwsAnswer Call(AwsCall call)
    {
        lock (_gate)
        {
            AdvanceToNow();
            var requestId = MessagingState.Id(++_requests);
            try
            {
                return call.Service switch
                {
                    AwsService.Sqs => Sqs(call),
                    AwsService.Sns => SnsAnswer.Of(call.Operation, requestId, Sns(call)),
                    _ => throw new NotSupportedException($"{call.Service} is not SNS or SQS"),
                };
            }
            catch (MessagingException fault)
            {
                return fault.Answer(call.Service, requestId);
            }
            catch (Exception broken) when (broken is JsonException or InvalidOperationException or FormatException)
            {
                // The body is no JSON, or a value in it is of another type than the API's. What the call had changed by then stays, here and when it is done again.
                return MessagingException.Serialization(broken.Message).Answer(call.Service, requestId);
            }
        }
    }

    /// <summary>Does what is due by now without a call.</summary>
    public void Advance()
    {
        lock (_gate) AdvanceToNow();
    }

    /// <summary>Everything in a queue, in flight and delayed messages included, in the order of arrival.</summary>
    public IReadOnlyList<QueuedMessage> Messages(string queue)
    {
        lock (_gate)
        {
            return
            [
                .. State.Queue(queue).Messages.OrderBy(m => m.Number).Select(m => new QueuedMessage(
                    m.Id, m.Body, m.Attributes.ToDictionary(a => a.Key, a => a.Value.Value, StringComparer.Ordinal), m.Receives, m.Sent, m.VisibleAt, m.IsInFlight)),
            ];
        }
    }

    /// <summary>How long a ReceiveMessage that finds nothing may wait; zero when the call is refused anyway.</summary>
    internal TimeSpan WaitTime(AwsCall call)
    {
        lock (_gate)
        {
            try
            {
                var queue = State.Queue(call.Json.QueueName());
                return TimeSpan.FromSeconds(call.Json.Number("WaitTimeSeconds", 0, 20) ?? queue.Settings.WaitSeconds);
            }
            catch (Exception refused) when (refused is MessagingException or JsonException or InvalidOperationException)
            {
                return TimeSpan.Zero;
            }
        }
    }

    internal MessagingSnapshot Save()
    {
        lock (_gate) return MessagingSnapshot.Of(State);
    }

    internal void Restore(MessagingSnapshot saved)
    {
        lock (_gate)
        {
            AdvanceToNow();
            saved.Restore(State, _now);
        }
    }

    /// <summary>Deliveries before visibility: a message that arrives with a delay may be visible by now.</summary>
    private void AdvanceToNow()
    {
        var now = _time.GetUtcNow();
        if (now > _now) _now = now;
        _delivery.Advance(_now);
        foreach (var queue in State.Queues.Values) queue.Advance(_now);
    }

    private AwsAnswer Sqs(AwsCall call) => call.Operation switch
    {
        "CreateQueue" => _queues.Create(call.Json, _now),
        "GetQueueUrl" => _queues.GetUrl(call.Json),
        "ListQueues" => _queues.List(call.Json),
        "ListDeadLetterSourceQueues" => _queues.ListDeadLetterSources(call.Json),
        "GetQueueAttributes" => _queues.GetAttributes(call.Json),
        "SetQueueAttributes" => _queues.SetAttributes(call.Json, _now),
        "PurgeQueue" => _queues.Purge(call.Json, _now),
        "ListQueueTags" => _queues.ListTags(call.Json),
        "SendMessage" => _messages.Send(call.Json, _now),
        "SendMessageBatch" => _messages.SendBatch(call.Json, _now),
        "ReceiveMessage" => _messages.Receive(call.Json, _now),
        "DeleteMessage" => _messages.Delete(call.Json),
        "DeleteMessageBatch" => _messages.DeleteBatch(call.Json),
        "ChangeMessageVisibility" => _messages.ChangeVisibility(call.Json, _now),
        "ChangeMessageVisibilityBatch" => _messages.ChangeVisibilityBatch(call.Json, _now),
        "StartMessageMoveTask" => _moveTasks.Start(call.Json, _now),
        "ListMessageMoveTasks" => _moveTasks.List(call.Json),
        _ => throw MessagingException.Unsupported(AwsService.Sqs, $"the operation {call.Operation}"),
    };

    private XElement? Sns(AwsCall call)
    {
        var parameters = new SnsParameters(call);
        switch (call.Operation)
        {
            case "CreateTopic": return _topics.Create(parameters);
            case "ListTopics": return _topics.List(parameters);
            case "GetTopicAttributes": return _topics.GetAttributes(parameters);
            case "SetTopicAttributes": return Without(() => _topics.SetAttributes(parameters));
            case "ListTagsForResource": return _topics.ListTags(parameters);
            case "Subscribe": return _subscriptions.Subscribe(parameters);
            case "Unsubscribe": return Without(() => _subscriptions.Unsubscribe(parameters));
            case "ListSubscriptions": return _subscriptions.List(parameters);
            case "ListSubscriptionsByTopic": return _subscriptions.ListByTopic(parameters);
            case "GetSubscriptionAttributes": return _subscriptions.GetAttributes(parameters);
            case "SetSubscriptionAttributes": return Without(() => _subscriptions.SetAttributes(parameters));
            case "Publish": return _publishing.Publish(parameters, _now);
            case "PublishBatch": return _publishing.PublishBatch(parameters, _now);
            default: throw MessagingException.Unsupported(AwsService.Sns, $"the operation {call.Operation}");
        }
    }

    private static XElement? Without(Action work)
    {
        work();
        return null;
    }
}
