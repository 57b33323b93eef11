using System.Text.Json;
using Oms.LocalAws.Proxy;

namespace Oms.LocalAws.Embedded.Messaging;

/// <summary>
/// Moves dead letters back; here a task has moved everything when its start is answered.
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
/// </summary>
internal sealed class SqsMessageMoveTasks(MessagingState state, SqsQueues queues, SqsMessages messages)
{
    private const int Kept = 10;

    public AwsAnswer Start(JsonElement body, DateTimeOffset now)
    {
        body.Only("StartMessageMoveTask", "SourceArn", "DestinationArn");
        var source = Queue(body.Required("SourceArn"));
        if (!queues.SourcesOf(source).Any()) throw MessagingException.InvalidValue("Source queue must be configured as a Dead Letter Queue.");
        var destination = body.Text("DestinationArn") is { } arn ? Queue(arn) : null;
        if (destination == source) throw MessagingException.InvalidValue("Source queue arn and destination queue arn must not be the same.");
        long moved = 0;
        foreach (var message in source.AllVisible)
        {
            var target = destination ?? (message.DeadLetterSource is { } origin && state.Queues.TryGetValue(origin[(origin.LastIndexOf(':') + 1)..], out var queue) ? queue : null);
            if (target is null) continue;
            source.Remove(message);
            // A redriven message is a new one: id, age and count start again.
            messages.Put(target, "", state.NextId(), message.Body, message.Attributes, TimeSpan.Zero, now, message.TraceHeader);
            moved++;
        }

        var task = new MoveTask(state.NextId(), source.Arn, destination?.Arn, moved, now);
        state.MoveTasks.Add(task);
        if (state.MoveTasks.Where(t => t.SourceArn == source.Arn).ToList() is { Count: > Kept } tasks) state.MoveTasks.Remove(tasks[0]);
        state.Changed();
        return SqsAnswer.Of(json => json.WriteString("TaskHandle", task.Handle));
    }

    public AwsAnswer List(JsonElement body)
    {
        body.Only("ListMessageMoveTasks", "SourceArn", "MaxResults");
        var source = Queue(body.Required("SourceArn"));
        var tasks = state.MoveTasks.Where(t => t.SourceArn == source.Arn).Reverse().Take(body.Number("MaxResults", 1, Kept) ?? 1);
        return SqsAnswer.Of(json => json.Array("Results", tasks, (j, task) =>
        {
            j.WriteStartObject();
            j.WriteString("Status", "COMPLETED");
            j.WriteString("SourceArn", task.SourceArn);
            if (task.DestinationArn is { } destination) j.WriteString("DestinationArn", destination);
            j.WriteNumber("ApproximateNumberOfMessagesMoved", task.Moved);
            j.WriteNumber("ApproximateNumberOfMessagesToMove", task.Moved);
            j.WriteNumber("StartedTimestamp", task.Started.ToUnixTimeMilliseconds());
            j.WriteEndObject();
        }));
    }

    private MessageQueue Queue(string arn) =>
        arn.StartsWith(MessageQueue.ArnOf(""), StringComparison.Ordinal) && state.Queues.TryGetValue(arn[MessageQueue.ArnOf("").Length..], out var queue)
            ? queue
            : throw new MessagingException("ResourceNotFoundException", "The resource that you specified for the SourceArn parameter doesn't exist.", 404);
}
