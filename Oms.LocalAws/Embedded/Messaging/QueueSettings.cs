using System.Globalization;
using System.Text.Json;
using Oms.LocalAws.Proxy;

namespace Oms.LocalAws.Embedded.Messaging;

/// <summary>
/// The settable attributes of a queue.
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
/// </summary>
internal sealed record QueueSettings
{
    /// <summary>Attributes of AWS that nothing here uses: they are refused instead of being kept without effect.</summary>
    private static readonly string[] Unsupported =
    [
        "Policy", "RedriveAllowPolicy", "KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "SqsManagedSseEnabled", "FifoQueue",
        "ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit",
    ];

    public int DelaySeconds { get; init; }

    public int MaximumMessageSize { get; init; } = 1_048_576;

    public int RetentionSeconds { get; init; } = 345_600;

    public int WaitSeconds { get; init; }

    public int VisibilitySeconds { get; init; } = 30;

    public RedrivePolicy? Redrive { get; init; }

    public IEnumerable<KeyValuePair<string, string>> Attributes
    {
        get
        {
            yield return new("DelaySeconds", Text(DelaySeconds));
            yield return new("MaximumMessageSize", Text(MaximumMessageSize));
            yield return new("MessageRetentionPeriod", Text(RetentionSeconds));
            yield return new("ReceiveMessageWaitTimeSeconds", Text(WaitSeconds));
            yield return new("VisibilityTimeout", Text(VisibilitySeconds));
            if (Redrive is not null) yield return new("RedrivePolicy", Redrive.Json);
        }
    }

    public QueueSettings With(string name, string value) => name switch
    {
        "DelaySeconds" => this with { DelaySeconds = Number(name, value, 0, 900) },
        "MaximumMessageSize" => this with { MaximumMessageSize = Number(name, value, 1024, 1_048_576) },
        "MessageRetentionPeriod" => this with { RetentionSeconds = Number(name, value, 60, 1_209_600) },
        "ReceiveMessageWaitTimeSeconds" => this with { WaitSeconds = Number(name, value, 0, 20) },
        "VisibilityTimeout" => this with { VisibilitySeconds = Number(name, value, 0, 43_200) },
        "RedrivePolicy" => this with { Redrive = value.Length == 0 ? null : RedrivePolicy.Parse(value) },
        _ when Unsupported.Contains(name) => throw MessagingException.Unsupported(AwsService.Sqs, $"the queue attribute {name}"),
        _ => throw Unknown(name),
    };

    /// <exception cref="MessagingException">SQS has no such attribute.</exception>
    public static void Require(string name)
    {
        if (name is not "RedrivePolicy" && !Unsupported.Contains(name)) throw Unknown(name);
    }

    private static MessagingException Unknown(string name) => new("InvalidAttributeName", $"Unknown Attribute {name}.");

    private static int Number(string name, string value, int least, int most) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new MessagingException("InvalidAttributeValue", $"Invalid value for the parameter {name}.");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Where messages go that were received too often.</summary>
internal sealed record RedrivePolicy(string TargetArn, int MaxReceiveCount)
{
    public string Target => TargetArn[(TargetArn.LastIndexOf(':') + 1)..];

    /// <summary>The canonical form, in which SQS gives it back.</summary>
    public string Json => $$"""{"deadLetterTargetArn":"{{TargetArn}}","maxReceiveCount":{{MaxReceiveCount.ToString(CultureInfo.InvariantCulture)}}}""";

    public static RedrivePolicy Parse(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            var target = json.RootElement.GetProperty("deadLetterTargetArn").GetString();
            var count = json.RootElement.GetProperty("maxReceiveCount");
            var times = count.ValueKind == JsonValueKind.String ? int.Parse(count.GetString()!, CultureInfo.InvariantCulture) : count.GetInt32();
            if (times is < 1 or > 1000)
                throw MessagingException.InvalidValue($"Value {text} for parameter RedrivePolicy is invalid. Reason: Invalid value for maxReceiveCount: {times}, valid values are from 1 to 1000 both inclusive.");
            return target is not null && target.StartsWith(MessageQueue.ArnOf(""), StringComparison.Ordinal)
                ? new(target, times)
                : throw MessagingException.InvalidValue($"Value {text} for parameter RedrivePolicy is invalid. Reason: Invalid value for deadLetterTargetArn.");
        }
        catch (Exception broken) when (broken is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or OverflowException)
        {
            throw new MessagingException("InvalidAttributeValue", $"Value {text} for parameter RedrivePolicy is invalid. Reason: Redrive policy is not a valid JSON map.");
        }
    }
}
