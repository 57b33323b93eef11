using System.Buffers;
using System.Text.Json;
using Oms.LocalAws.EventSources;
using Oms.LocalAws.Proxy;
using Oms.LocalAws.Templates;
using Oms.Simulation.Faults;
using Oms.Simulation.Schedule;

namespace Oms.Simulation.Cloud;

/// <summary>
/// What the Lambda service does with one queue: receives batches, invokes, deletes what succeeded. What failed, and what a dead process held, comes again
/// when its visibility ends; counting receives and dead-lettering are the queue's own.
/// </summary>
internal sealed class QueueSource(World world, QueueEventSource source)
{
    /// <summary>Lambda starts with five batches at once where no maximum is set; three make every race.</summary>
    private const int MostAtOnce = 3;

    private static readonly TimeSpan Throttled = TimeSpan.FromMilliseconds(300);

    private readonly Dice _dice = new(world.Seed, "queue " + source.Queue);
    private readonly string _url = $"http://127.0.0.1/{LocalTemplate.Account}/{source.Queue}";
    private readonly LocalQueue _queue = world.Blueprint.Template.Queue(source.Queue);
    private int _running;
    private bool _planned;

    public string Queue => source.Queue;

    /// <summary>Every message that was handed to the function, copies and repetitions too, and when.</summary>
    public List<(DateTimeOffset At, string Body)> Delivered { get; } = [];

    /// <summary>There may be something to receive.</summary>
    public void Wake()
    {
        if (_planned || _running >= Math.Min(source.MaximumConcurrency ?? MostAtOnce, MostAtOnce) || !world.HasVisible(Queue))
        {
            return;
        }

        _planned = true;
        var pause = world.GoesWrong(Mishap.Stall, Queue, "sqs.ReceiveMessage") ? _dice.Between(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(40)) : _dice.Between(TimeSpan.FromTicks(1), TimeSpan.FromMilliseconds(15));
        world.Time.After(pause, Poll);
    }

    private void Poll()
    {
        _planned = false;
        var most = source.BatchSize;
        if (world.GoesWrong(Mishap.Split, Queue, "sqs.ReceiveMessage"))
        {
            most = 1 + _dice.Next(3);
        }

        using var call = Call("ReceiveMessage", json =>
        {
            json.WriteNumber("MaxNumberOfMessages", most);
            json.WriteNumber("WaitTimeSeconds", 0);
            json.WriteStartArray("MessageSystemAttributeNames");
            json.WriteStringValue("All");
            json.WriteEndArray();
            json.WriteStartArray("MessageAttributeNames");
            json.WriteStringValue("All");
            json.WriteEndArray();
        });
        using var answer = JsonDocument.Parse(world.Call(call).Body);
        if (!answer.RootElement.TryGetProperty("Messages", out var found) || found.ValueKind != JsonValueKind.Array || found.GetArrayLength() == 0)
        {
            return;
        }

        List<JsonElement> batch = [.. found.EnumerateArray().Select(static message => message.Clone())];
        Delivered.AddRange(batch.Select(message => (world.Time.Now, message.GetProperty("Body").GetString()!)));
        _running++;
        Invoke(batch, SqsEvent.Write(batch, _queue.Arn), world.Time.Now + _queue.VisibilityTimeout);
        Wake();
    }

    private void Invoke(List<JsonElement> batch, ReadOnlyMemory<byte> payload, DateTimeOffset visibleAgain)
    {
        if (world.Fleet.Invoke(source.Function, HandlerOf(batch), payload, outcome => Ended(batch, outcome)))
        {
            return;
        }

        if (world.Time.Now + Throttled >= visibleAgain)
        {
            _running--;
            return;
        }

        world.Time.After(Throttled, () => Invoke(batch, payload, visibleAgain));
    }

    private void Ended(List<JsonElement> batch, InvocationOutcome outcome)
    {
        _running--;
        var done = Succeeded(batch, outcome);
        foreach (var message in done)
        {
            world.AfterAcknowledgement?.Invoke(Queue, message.GetProperty("Body").GetString()!);
        }

        if (done.Count > 0)
        {
            if (world.GoesWrong(Mishap.NotDeleted, Queue, "sqs.DeleteMessageBatch"))
            {
                world.Trace.Line(Queue, $"{done.Count} messages are not deleted !{Mishap.NotDeleted}");
            }
            else
            {
                world.Time.After(world.Network.Way(), () => Delete(done));
            }
        }

        Wake();
    }

    private List<JsonElement> Succeeded(List<JsonElement> batch, InvocationOutcome outcome)
    {
        if (outcome is not InvocationOutcome.Succeeded succeeded)
        {
            return [];
        }

        if (!source.ReportBatchItemFailures)
        {
            return batch;
        }

        return BatchResponse.Failures(succeeded.Payload, batch.Select(Id).ToHashSet(StringComparer.Ordinal)) is { } failures ? batch.FindAll(message => !failures.Contains(Id(message))) : [];
    }

    private void Delete(List<JsonElement> messages)
    {
        using var call = Call("DeleteMessageBatch", json =>
        {
            json.WriteStartArray("Entries");
            for (var i = 0; i < messages.Count; i++)
            {
                json.WriteStartObject();
                json.WriteString("Id", i.ToString(System.Globalization.CultureInfo.InvariantCulture));
                json.WriteString("ReceiptHandle", messages[i].GetProperty("ReceiptHandle").GetString());
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
        world.Call(call);
    }

    private AwsCall Call(string operation, Action<Utf8JsonWriter> body)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("QueueUrl", _url);
            body(json);
            json.WriteEndObject();
        }

        return new AwsCall(source.Function, AwsService.Sqs, operation, buffer.WrittenMemory);
    }

    private static string HandlerOf(IEnumerable<JsonElement> batch) =>
        string.Join('+', batch.Select(static message => TypeOf(message.GetProperty("Body").GetString()!)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));

    private static string TypeOf(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("type", out var type) ? type.ToString() : "poison";
        }
        catch (JsonException)
        {
            return "poison";
        }
    }

    private static string Id(JsonElement message) => message.GetProperty("MessageId").GetString()!;
}
