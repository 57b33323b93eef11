using System.Text.Json;
using Oms.Simulation.Cloud;
using Oms.Simulation.Scenario;

namespace Oms.Simulation.Checks;

/// <summary>Events: what was committed reaches every subscriber, what reaches one was committed, and it carries nobody else's data and no secret.</summary>
internal sealed class DeliveryChecks(World world, Violations violations, CommitChecks commits)
{
    /// <summary>Parts of secrets and of personal data that the scenario plants in every order.</summary>
    private static readonly string[] Secrets = ["sim_", "@mail.example", "Storgata", "Holm", "55512345"];

    private readonly Dictionary<string, HashSet<string>> _delivered = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _read = new(StringComparer.Ordinal);

    /// <summary>Looks at what queues have handed over since the last time.</summary>
    public void Check()
    {
        foreach (var source in world.Queues)
        {
            var from = _read.GetValueOrDefault(source.Queue);
            for (var i = from; i < source.Delivered.Count; i++)
            {
                if (!Poison.Is(source.Delivered[i]))
                {
                    Message(source.Queue, source.Delivered[i]);
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
            foreach (var told in commits.Events.Where(told => told.Topic == subscription.Topic && filter(told)))
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
        violations.Require(known, 8, () => $"{queue} got {world.Named(id.GetString()!)}, which was never committed");
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

        return told => (!wanted.TryGetValue("type", out var types) || types.Contains(told.Type, StringComparer.Ordinal)) && (!wanted.TryGetValue("payer", out var payers) || (told.Payer is { } payer && payers.Contains(payer, StringComparer.Ordinal)));
    }
}
