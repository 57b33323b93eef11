using Amazon.CDK;
using Amazon.CDK.AWS.DynamoDB;
using Amazon.CDK.AWS.SNS;
using Amazon.CDK.AWS.SQS;

namespace Oms.Cloud;

/// <summary>What every service owns: one table with a stream, one topic, and a queue for what its relay cannot publish.</summary>
internal sealed class ServiceResources
{
    /// <summary>The index by which the clock finds what is due.</summary>
    public const string DueIndex = "due";

    public ServiceResources(Stack stack, string service)
    {
        var id = Names.LogicalId(service);
        Table = CreateTable(stack, $"{id}Table", $"oms-{service}");
        Topic = new CfnTopic(stack, $"{id}Topic", new CfnTopicProps { TopicName = $"oms-{service}" });
        Quarantine = new CfnQueue(stack, $"{id}Quarantine", new CfnQueueProps
        {
            QueueName = $"{service}-quarantine",
            MessageRetentionPeriod = Inboxes.LongestRetention,
        });
    }

    public CfnTable Table { get; }

    public CfnTopic Topic { get; }

    public CfnQueue Quarantine { get; }

    private static CfnTable CreateTable(Stack stack, string id, string name)
    {
        var table = new CfnTable(stack, id, new CfnTableProps
        {
            TableName = name,
            BillingMode = "PAY_PER_REQUEST",
            AttributeDefinitions = new[]
            {
                Attribute("pk", "S"),
                Attribute("sk", "S"),
                Attribute("dueShard", "S"),
                Attribute("dueAt", "N"),
            },
            KeySchema = Keys("pk", "sk"),
            GlobalSecondaryIndexes = new[]
            {
                new CfnTable.GlobalSecondaryIndexProperty
                {
                    IndexName = DueIndex,
                    KeySchema = Keys("dueShard", "dueAt"),
                    Projection = new CfnTable.ProjectionProperty { ProjectionType = "KEYS_ONLY" },
                },
            },
            StreamSpecification = new CfnTable.StreamSpecificationProperty { StreamViewType = "NEW_IMAGE" },
            PointInTimeRecoverySpecification = new CfnTable.PointInTimeRecoverySpecificationProperty { PointInTimeRecoveryEnabled = true },
        });
        table.ApplyRemovalPolicy(RemovalPolicy.RETAIN); // orders outlive the stack
        return table;
    }

    private static CfnTable.AttributeDefinitionProperty Attribute(string name, string type)
        => new() { AttributeName = name, AttributeType = type };

    private static CfnTable.KeySchemaProperty[] Keys(string hash, string range) =>
    [
        new() { AttributeName = hash, KeyType = "HASH" },
        new() { AttributeName = range, KeyType = "RANGE" },
    ];
}
