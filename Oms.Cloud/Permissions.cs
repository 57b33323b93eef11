using Amazon.CDK;
using Amazon.CDK.AWS.IAM;

namespace Oms.Cloud;

/// <summary>Who may do what: one role per function, with exactly what its code needs. Each line is tried by taking it away.</summary>
internal static class Permissions
{
    public static readonly Grant[] All =
    [
        new("orders-api", Table(Names.Orders), "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"),
        new("orders-api", Table(Names.Payments), "dynamodb:PutItem"), // payment tokens, which never ride in an event

        new("orders-relay", Table(Names.Orders), "dynamodb:GetItem"), // the document of an order with more than ten lines
        .. Relays(Names.Orders, "orders-relay"),

        new("orders-inbox", Table(Names.Orders), "dynamodb:GetItem", "dynamodb:PutItem"),
        .. Consumes("orders-inbox", "orders-inbox"),
        .. KeepsTime(Names.Orders, "orders-inbox"),

        new("notifications", Table(Names.Orders), "dynamodb:GetItem", "dynamodb:PutItem"),
        .. Consumes("notifications-inbox", "notifications"),

        new("payments-api", Table(Names.Payments), "dynamodb:GetItem"),

        .. Relays(Names.Payments, "payments-relay"),

        new("payments-inbox", Table(Names.Payments), "dynamodb:GetItem", "dynamodb:PutItem"),
        .. Consumes("payments-inbox", "payments-inbox"),
        .. KeepsTime(Names.Payments, "payments-inbox"),

        new("inventory-api", Table(Names.Inventory), "dynamodb:GetItem", "dynamodb:Query", "dynamodb:UpdateItem"),

        .. Relays(Names.Inventory, "inventory-relay"),

        new("inventory-inbox", Table(Names.Inventory), "dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"), // Query: the lines of a reservation with more than ten
        .. Consumes("inventory-inbox", "inventory-inbox"),
        .. KeepsTime(Names.Inventory, "inventory-inbox"),
    ];

    /// <summary>A relay reads its table's stream and publishes to its topic; what cannot become an event goes to quarantine.</summary>
    private static Grant[] Relays(string service, string function) =>
    [
        new(function, Stream(service), "dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"),
        new(function, new Target(TargetKind.AllStreams, "*"), "dynamodb:ListStreams"), // IAM knows no narrower resource for it
        new(function, Topic(service), "sns:Publish"),
        new(function, Quarantine(service), "sqs:SendMessage"),
    ];

    /// <summary>What the SQS event source needs to feed a function, and the function to see a failed message again soon.</summary>
    private static Grant[] Consumes(string inbox, string function) =>
    [
        new(function, InboxOf(inbox), "sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"),
    ];

    /// <summary>On a tick of the clock: find what is due, put it into the own inbox, and ask again by publishing.</summary>
    private static Grant[] KeepsTime(string service, string function) =>
    [
        new(function, new Target(TargetKind.DueIndex, service), "dynamodb:Query"),
        new(function, InboxOf($"{service}-inbox"), "sqs:SendMessage"),
        new(function, Topic(service), "sns:Publish"),
    ];

    public static Dictionary<string, CfnRole> Create(Stack stack, Dictionary<string, ServiceResources> services, Dictionary<string, Inbox> inboxes)
        => Functions.All.ToDictionary(function => function.Name, function => new CfnRole(stack, Names.LogicalId($"{function.Name}-role"), new CfnRoleProps
        {
            AssumeRolePolicyDocument = Policy.Document(new Dictionary<string, object>
            {
                ["Effect"] = "Allow",
                ["Principal"] = new Dictionary<string, object> { ["Service"] = "lambda.amazonaws.com" },
                ["Action"] = "sts:AssumeRole",
            }),
            ManagedPolicyArns = [Fn.Sub("arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole")],
            Policies = new[]
            {
                new CfnRole.PolicyProperty
                {
                    PolicyName = "exactly-what-it-needs",
                    PolicyDocument = Policy.Document([.. All.Where(grant => grant.Function == function.Name).Select(grant => Statement(grant, Arn(grant.Target, services, inboxes)))]),
                },
            },
        }));

    private static Dictionary<string, object> Statement(Grant grant, string resource) => new()
    {
        ["Effect"] = "Allow",
        ["Action"] = grant.Actions,
        ["Resource"] = resource,
    };

    private static string Arn(Target target, Dictionary<string, ServiceResources> services, Dictionary<string, Inbox> inboxes) => target.Kind switch
    {
        TargetKind.Table => services[target.Name].Table.AttrArn,
        TargetKind.DueIndex => $"{services[target.Name].Table.AttrArn}/index/{ServiceResources.DueIndex}",
        TargetKind.Stream => services[target.Name].Table.AttrStreamArn,
        TargetKind.Topic => services[target.Name].Topic.Ref,
        TargetKind.Inbox => inboxes[target.Name].Queue.AttrArn,
        TargetKind.Quarantine => services[target.Name].Quarantine.AttrArn,
        TargetKind.AllStreams => "*",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static Target Table(string service) => new(TargetKind.Table, service);

    private static Target Stream(string service) => new(TargetKind.Stream, service);

    private static Target Topic(string service) => new(TargetKind.Topic, service);

    private static Target InboxOf(string inbox) => new(TargetKind.Inbox, inbox);

    private static Target Quarantine(string service) => new(TargetKind.Quarantine, service);
}

/// <param name="Function">The function that is allowed to.</param>
/// <param name="Target">The one resource that it may do it to.</param>
/// <param name="Actions">Exactly these actions.</param>
internal sealed record Grant(string Function, Target Target, params string[] Actions);

/// <summary>A resource of one of the services, by what it is.</summary>
internal sealed record Target(TargetKind Kind, string Name);

internal enum TargetKind { Table, DueIndex, Stream, Topic, Inbox, Quarantine, AllStreams }
