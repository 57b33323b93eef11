using Amazon.CDK.AWS.Events;
using Stack = Amazon.CDK.Stack;

namespace Oms.Cloud;

/// <summary>Once a minute each service is told to look for what is due. Ticks may overlap or get lost: consumers act conditionally.</summary>
internal static class Clocks
{
    public static readonly ClockRow[] All =
    [
        new("orders-clock", "orders-inbox"),
        new("payments-clock", "payments-inbox"),
        new("inventory-clock", "inventory-inbox"),
    ];

    private const string Tick = """{"type":"clock.tick.v1"}""";

    public static Dictionary<ClockRow, CfnRule> Create(Stack stack, Dictionary<string, Inbox> inboxes) => All.ToDictionary(row => row, row =>
        new CfnRule(stack, Names.LogicalId(row.Name), new CfnRuleProps
        {
            Name = row.Name,
            ScheduleExpression = "rate(1 minute)",
            State = "ENABLED",
            Targets = new[] { new CfnRule.TargetProperty { Id = row.Inbox, Arn = inboxes[row.Inbox].Queue.AttrArn, Input = Tick } },
        }));
}

/// <param name="Name">Name of the rule.</param>
/// <param name="Inbox">The queue that gets the tick; its function lists what is due.</param>
internal sealed record ClockRow(string Name, string Inbox);
