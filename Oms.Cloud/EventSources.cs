using Amazon.CDK;
using Amazon.CDK.AWS.Lambda;

namespace Oms.Cloud;

/// <summary>What starts the functions that no HTTP request starts: inbox queues and table streams.</summary>
internal static class EventSources
{
    /// <summary>Only items that carry an event to send reach the relay.</summary>
    private const string HasAnEvent = """{"dynamodb":{"NewImage":{"outbox":{"S":[{"exists":true}]}}}}""";

    private static readonly string[] PartialFailures = ["ReportBatchItemFailures"];

    public static void Create(
        Stack stack, Dictionary<string, ServiceResources> services, Dictionary<string, Inbox> inboxes, Dictionary<string, CfnFunction> functions)
    {
        foreach (var inbox in inboxes.Values)
        {
            Source(stack, inbox.Row.Name, new CfnEventSourceMappingProps
            {
                FunctionName = functions[inbox.Row.Function].Ref,
                EventSourceArn = inbox.Queue.AttrArn,
                BatchSize = 10,
                MaximumBatchingWindowInSeconds = 0,
                FunctionResponseTypes = PartialFailures,
                ScalingConfig = inbox.Row.MaximumConcurrency is { } most
                    ? new CfnEventSourceMapping.ScalingConfigProperty { MaximumConcurrency = most }
                    : null,
            });
        }

        foreach (var relay in Functions.All.Where(row => row.Role is FunctionRole.Relay))
        {
            Source(stack, relay.Name, new CfnEventSourceMappingProps
            {
                FunctionName = functions[relay.Name].Ref,
                EventSourceArn = services[relay.Service].Table.AttrStreamArn,
                StartingPosition = "TRIM_HORIZON",
                BatchSize = 100,
                MaximumBatchingWindowInSeconds = 0,
                MaximumRetryAttempts = -1, // the relay never gives up: an event that cannot be sent goes to quarantine, an outage is waited for
                FunctionResponseTypes = PartialFailures,
                FilterCriteria = new CfnEventSourceMapping.FilterCriteriaProperty
                {
                    Filters = new[] { new CfnEventSourceMapping.FilterProperty { Pattern = HasAnEvent } },
                },
            });
        }
    }

    private static void Source(Stack stack, string name, CfnEventSourceMappingProps props)
        => _ = new CfnEventSourceMapping(stack, Names.LogicalId($"{name}-source"), props);
}
