using System.Text.Json;
using Oms.LocalAws.EventSources;
using Oms.Simulation.Cloud;
using Oms.Simulation.Scenario;

namespace Oms.Simulation.Checks;

/// <summary>Events: what was committed reaches every subscriber, what reaches one was committed, and it carries nobody else's data and no secret.</summary>
internal sealed class DeliveryChecks(World world, Violations violations, CommitChecks commits)
{
    /// <summary>Parts of secrets and of personal data that the scenario plants in every order.</summary>
    public static readonly string[] Secrets = ["sim_", "@mail.example", "Storgata", "Holm", "Lind", "55512345"];

    private readonly Dictionary<string, HashSet<string>> _delivered = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _read = new(StringComparer.Ordinal);
    private readonly HashSet<string> _published = new(StringComparer.Ordinal);
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    /// <summary>A process is about to publish: what is not committed is told to nobody.</summary>
    public void Sending(OutgoingCall call)
    {
        foreach (var (_, id, type, _) in Entries(call))
        {
            violations.Require(commits.Events.TryGetValue(id, out var told) && told.Type == type, 8, () => $"{world.Named(id)} ({type}) is published before it is committed");
        }
    }

    /// <summary>SNS has answered.</summary>
    public void Performed(OutgoingCall call, Reply reply)
    {
        if (call.Operation != "sns.PublishBatch" || reply.Status != 200)
        {
            return;
        }

        var xml = System.Text.Encoding.UTF8.GetString(reply.Body.Span);
        var failed = xml.IndexOf("<Failed>", StringComparison.Ordinal) is >= 0 and var start ? xml[start..xml.IndexOf("</Failed>", start, StringComparison.Ordinal)] : "";
        foreach (var (entry, id, _, isQuestion) in Entries(call))
        {
            if (!failed.Contains($"<Id>{entry}</Id>", StringComparison.Ordinal))
            {
                _published.Add(id);
                if (isQuestion)
                {
                    _asked.Add(id[..id.LastIndexOf('/')]);
                }
            }
        }
    }

    /// <summary>A relay has said that it is done with records: they come to nobody again, so that what they tell must have been told, or lie where a person finds it.</summary>
    public void Relayed(string table, IReadOnlyList<StreamRecord> records)
    {
        foreach (var record in records)
        {
            if (!record.Record.GetProperty("dynamodb").TryGetProperty("NewImage", out var image) || new RawItem(image) is not { Sort: "head" } head || head.Text("outbox") is not { } type)
            {
                continue;
            }

            var id = table switch
            {
                OrderHead.Table => $"orders/{head.Partition}/{new OrderHead(head).Version}",
                PaymentHead.Table => $"payments/{head.Partition}/{new PaymentHead(head).Version}",
                ReservationHead.Table => $"inventory/{head.Partition}/{new ReservationHead(head).Version}",
                var other => throw new NotSupportedException($"the stream of {other} is not known: which events does it carry?"),
            };
            violations.Require(
                _published.Contains(id) || world.Blueprint.Quarantines.Any(queue => world.Messages(queue).Any(message => message.Body.Contains(head.Partition, StringComparison.Ordinal))),
                8,
                () => $"the relay of {table} is done with {world.Named(id)} ({type}), and nobody was told");
        }
    }

    /// <summary>What a live order holds is given back only when somebody has asked about it in vain, and a question that did not go out was not asked.</summary>
    public void GivenBack(string orderId) => violations.Require(
        world.Tables.Find(OrderHead.Table, orderId, "head") is not { } order || new OrderHead(order).IsFinal || _asked.Contains($"inventory/{orderId}"),
        5,
        () => $"the units of {world.Named(orderId)} are given back, it has not ended, and no question about it went out");

    /// <summary>Looks at what queues have handed over since the last time.</summary>
    public void Check()
    {
        foreach (var source in world.Queues)
        {
            var from = _read.GetValueOrDefault(source.Queue);
            for (var i = from; i < source.Delivered.Count; i++)
            {
                if (!Poison.Is(source.Delivered[i].Body))
                {
                    Message(source.Queue, source.Delivered[i].Body);
                }
            }

            _read[source.Queue] = source.Delivered.Count;
        }
    }

    /// <summary>When everything has come to rest: nothing that was committed is missing anywhere.</summary>
    public void CheckComplete()
    {
        foreach (var subscription in world.Blueprint.Template.Subscriptions)
        {
            var filter = Filter(subscription.FilterPolicy);
            var delivered = _delivered.GetValueOrDefault(subscription.Queue) ?? [];
            foreach (var told in commits.Events.Values.Where(told => told.Topic == subscription.Topic && filter(told)))
            {
                violations.Require(delivered.Contains(told.Id), 8, () => $"{world.Named(told.Id)} ({told.Type}) was committed and never reached {subscription.Queue}");
            }
        }
    }

    private void Message(string queue, string body)
    {
        foreach (var secret in Secrets)
        {
            violations.Require(!body.Contains(secret, StringComparison.Ordinal), 14, () => $"a message of {queue} holds \"{secret}\": {world.Named(body)}");
        }

        using var json = JsonDocument.Parse(body);
        if (!json.RootElement.TryGetProperty("id", out var id))
        {
            return; // a service's word to itself
        }

        (_delivered.TryGetValue(queue, out var set) ? set : _delivered[queue] = new(StringComparer.Ordinal)).Add(id.GetString()!);
        var message = json.RootElement;
        var orderId = message.GetProperty("orderId").GetString()!;
        var service = id.GetString()!.Split('/')[0];
        var known = commits.States.TryGetValue((service, orderId, message.GetProperty("version").GetInt64()), out var state);
        var type = message.GetProperty("type").GetString();
        violations.Require(commits.Events.TryGetValue(id.GetString()!, out var committed) && committed.Type == type, 8, () => $"{queue} got {world.Named(id.GetString()!)} ({type}), which was never committed");
        var said = service switch
        {
            "orders" => message.GetProperty("order").GetProperty("state").GetString(),
            "payments" => message.GetProperty("payment").GetProperty("status").GetString(),
            _ => message.GetProperty("stock").GetProperty("status").GetString(),
        };
        violations.Require(!known || said == state, 8, () => $"{queue} got {world.Named(id.GetString()!)} as {said}, committed was {state}");
        if (world.Tables.Find(OrderHead.Table, orderId, "head") is { } raw)
        {
            var order = new OrderHead(raw);
            violations.Require(message.GetProperty("tenant").GetString() == order.Tenant && message.GetProperty("store").GetString() == order.Store, 13, () => $"{world.Named(id.GetString()!)} names another tenant or store than its order");
        }
    }

    /// <summary>What a call publishes: the entry's own id, the event's, its type, and whether it asks.</summary>
    private static IEnumerable<(string Entry, string Id, string? Type, bool IsQuestion)> Entries(OutgoingCall call)
    {
        if (call is not { Operation: "sns.PublishBatch", Aws: { } aws })
        {
            yield break;
        }

        var form = OutgoingCall.Form(aws.Body);
        foreach (var (name, text) in form.Where(static field => field.Key.StartsWith("PublishBatchRequestEntries.member.", StringComparison.Ordinal) && field.Key.EndsWith(".Message", StringComparison.Ordinal)))
        {
            using var json = JsonDocument.Parse(text);
            yield return (form[name[..^"Message".Length] + "Id"], json.RootElement.GetProperty("id").GetString()!, json.RootElement.GetProperty("type").GetString(), json.RootElement.TryGetProperty("ask", out var asks) && asks.ValueKind == JsonValueKind.True);
        }
    }

    /// <summary>The filter policies of the template list exact values of the attributes type and payer, and nothing else.</summary>
    private static Func<CommittedEvent, bool> Filter(string? policy)
    {
        if (policy is null)
        {
            return static _ => true;
        }

        using var json = JsonDocument.Parse(policy);
        var wanted = json.RootElement.EnumerateObject().ToDictionary(static rule => rule.Name, static rule => rule.Value.EnumerateArray().Select(static value => value.GetString()!).ToList(), StringComparer.Ordinal);
        if (wanted.Keys.Except(["type", "payer"], StringComparer.Ordinal).FirstOrDefault() is { } other)
        {
            throw new NotSupportedException($"the filter policy {policy} asks for {other}, which this check does not know");
        }

        return told => (!wanted.TryGetValue("type", out var types) || types.Contains(told.Type!, StringComparer.Ordinal)) && (!wanted.TryGetValue("payer", out var payers) || (told.Payer is { } payer && payers.Contains(payer, StringComparer.Ordinal)));
    }
}
