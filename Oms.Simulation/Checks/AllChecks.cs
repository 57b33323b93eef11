using Oms.Simulation.Cloud;
using Oms.Simulation.Scenario;

namespace Oms.Simulation.Checks;

/// <summary>
/// Every check of one run, wired to its world: <see cref="CommitChecks"/> and <see cref="VersionChecks"/> after every commit, <see cref="DeliveryChecks"/> for everything that is published, relayed and delivered,
/// <see cref="AcknowledgementChecks"/> whenever a consumer says that it is done, <see cref="GatewayChecks"/> for every request for money, <see cref="EndChecks"/> and <see cref="FinalState"/>
/// when all has come to rest, <see cref="DeadLetterChecks"/> by letting everything come once more. Seeded runs and crash points are held to the same.
/// </summary>
internal sealed class AllChecks
{
    private readonly World _world;
    private readonly Violations _violations;
    private readonly CommitChecks _commits;
    private readonly DeliveryChecks _deliveries;
    private readonly GatewayChecks _gateway;
    private readonly DeadLetterChecks _letters;

    public AllChecks(World world)
    {
        _world = world;
        _violations = new Violations(world.Trace);
        _commits = new CommitChecks(world, _violations);
        _deliveries = new DeliveryChecks(world, _violations, _commits);
        _gateway = new GatewayChecks(world, _violations);
        _letters = new DeadLetterChecks(world, _violations);
        var versions = new VersionChecks(world, _violations);
        world.AfterCommit = () =>
        {
            var commit = world.Tables.TakeCommit();
            versions.Check(commit);
            _gateway.Commit(commit);
            _commits.Check(commit);
        };
        world.Sending = call =>
        {
            _gateway.Sending(call);
            _deliveries.Sending(call);
        };
        world.Performed = (call, reply) =>
        {
            _gateway.Performed(call, reply);
            _deliveries.Performed(call, reply);
        };
        _commits.GivenBack = _deliveries.GivenBack;
        world.AfterRecords = _deliveries.Relayed;
        world.AfterAcknowledgement = new AcknowledgementChecks(world, _violations).Check;
    }

    public IReadOnlyList<Violation> Found => _violations.Found;

    /// <summary>An operator drives every dead letter back into its queue.</summary>
    public void Redrive()
    {
        _deliveries.Check();
        _letters.Redrive();
    }

    /// <summary>What must have happened without anybody's help: an order that others owe an answer has asked for it, and has come to an end or waits for its shop or a person.</summary>
    public void Healed(IClientele clientele)
    {
        foreach (var order in clientele.Orders)
        {
            if (_world.Tables.Find(OrderHead.Table, order.Id, "head") is { } raw && new OrderHead(raw) is var head)
            {
                _violations.Require(head.State != "Received" && head is not { State: "AwaitingPayment", Payer: "Oms" }, 10, () => $"{order.Name} is still {head.State}, unless an operator drives dead letters back");
            }
        }
    }

    /// <summary>What must hold when all has come to rest.</summary>
    public void AtRest(IClientele clientele)
    {
        _deliveries.Check();
        RequireRest();
        _violations.Require(clientele.Open == 0, 10, () => $"{clientele.Open} requests were never answered");
        new EndChecks(_world, clientele, _violations, _commits).Check();
        _gateway.Check(clientele.Orders);
        _deliveries.CheckComplete();
        _letters.CheckQuarantines();
        _letters.CheckQueues();
    }

    /// <summary>Every dead letter is driven back and every stream is read from its start: nothing may change.</summary>
    public void OnceMore()
    {
        var before = _letters.Snapshot();
        _letters.Redrive();
        _letters.ReplayStreams();
        _world.Run(_world.Time.Now + TimeSpan.FromMinutes(3));
        RequireRest();
        _deliveries.Check();
        _letters.RequireSame(before, _letters.Snapshot());
        _letters.CheckQueues();
    }

    public void Require(bool holds, int invariant, Func<string> otherwise) => _violations.Require(holds, invariant, otherwise);

    private void RequireRest() => _violations.Require(!_world.IsEndless, 10, () => $"the system does not come to rest: {_world.Time.Steps} steps");
}
