using Amazon.CDK;
using Amazon.CDK.AWS.IAM;
using Amazon.CDK.AWS.Lambda;

namespace Oms.Cloud;

/// <summary>One program per service, one function per role of it.</summary>
internal static class Functions
{
    public static readonly FunctionRow[] All =
    [
        new("orders-api", Names.Orders, FunctionRole.Api, Needs.Instruments),
        new("orders-relay", Names.Orders, FunctionRole.Relay),
        new("orders-inbox", Names.Orders, FunctionRole.Inbox),
        new("notifications", Names.Orders, FunctionRole.Notifications),
        new("payments-api", Names.Payments, FunctionRole.Api),
        new("payments-relay", Names.Payments, FunctionRole.Relay),
        new("payments-inbox", Names.Payments, FunctionRole.Inbox, Needs.Instruments | Needs.Gateway),
        new("inventory-api", Names.Inventory, FunctionRole.Api),
        new("inventory-relay", Names.Inventory, FunctionRole.Relay),
        new("inventory-inbox", Names.Inventory, FunctionRole.Inbox),
    ];

    /// <summary>Seconds.</summary>
    public const int ApiTimeout = 10;

    /// <summary>Seconds.</summary>
    public const int InboxTimeout = 15;

    /// <summary>Seconds.</summary>
    public const int RelayTimeout = 60;

    private const int Memory = 512;

    public static Dictionary<string, CfnFunction> Create(
        Stack stack, Settings settings, Dictionary<string, ServiceResources> services, Dictionary<string, Inbox> inboxes, Dictionary<string, CfnRole> roles)
        => All.ToDictionary(row => row.Name, row => new CfnFunction(stack, Names.LogicalId(row.Name), new CfnFunctionProps
        {
            FunctionName = row.Name,
            Runtime = "dotnet10",
            Architectures = ["arm64"],
            Handler = $"Oms.{Names.Capitalised(row.Service)}",
            Code = new CfnFunction.CodeProperty { S3Bucket = settings.CodeBucket, S3Key = settings.CodeKeys[row.Service] },
            MemorySize = Memory,
            Timeout = Timeout(row.Role),
            Role = roles[row.Name].AttrArn,
            Environment = new CfnFunction.EnvironmentProperty { Variables = Environment(row, settings, services, inboxes) },
        }));

    private static int Timeout(FunctionRole role) => role switch
    {
        FunctionRole.Api => ApiTimeout,
        FunctionRole.Relay => RelayTimeout,
        _ => InboxTimeout,
    };

    private static Dictionary<string, string> Environment(
        FunctionRow row, Settings settings, Dictionary<string, ServiceResources> services, Dictionary<string, Inbox> inboxes)
    {
        var own = services[row.Service];
        var variables = new Dictionary<string, string>
        {
            ["OMS_ROLE"] = row.Role.ToString().ToLowerInvariant(),
            ["OMS_TABLE"] = own.Table.Ref,
            ["OTEL_SERVICE_NAME"] = row.Name,
        };
        if (row.Role is FunctionRole.Relay or FunctionRole.Inbox)
        {
            variables["OMS_TOPIC_ARN"] = own.Topic.Ref;
        }

        if (row.Role is FunctionRole.Relay)
        {
            variables["OMS_QUARANTINE_URL"] = own.Quarantine.Ref;
        }

        if (inboxes.Values.FirstOrDefault(inbox => inbox.Row.Function == row.Name) is { } consumed)
        {
            variables["OMS_QUEUE_URL"] = consumed.Queue.Ref;
        }

        if (row.Needs.HasFlag(Needs.Instruments))
        {
            variables["OMS_INSTRUMENTS_TABLE"] = services[Names.Payments].Table.Ref;
        }

        if (row.Needs.HasFlag(Needs.Gateway))
        {
            variables["OMS_GATEWAY_URL"] = settings.PaymentGatewayUrl;
        }

        return variables;
    }
}

/// <param name="Name">Name of the function.</param>
/// <param name="Service">Whose program it runs.</param>
/// <param name="Role">Which of the program's roles it plays.</param>
/// <param name="Needs">What its role does not already say.</param>
internal sealed record FunctionRow(string Name, string Service, FunctionRole Role, Needs Needs = Needs.Nothing);

internal enum FunctionRole { Api, Relay, Inbox, Notifications }

[Flags]
internal enum Needs { Nothing = 0, Instruments = 1, Gateway = 2 }
