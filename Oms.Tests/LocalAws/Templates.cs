using Oms.LocalAws.Templates;

namespace Oms.Tests.LocalAws;

/// <summary>Templates built by hand, for tests of one part of LocalAws; names are unique so that tests share backends.</summary>
internal static class Templates
{
    public static readonly LocalTemplate Empty = new([], [], [], [], [], [], [], null);

    public static string Unique(string name) => $"{name}-{Guid.NewGuid():N}";

    public static LocalFunction Function(string name, params Permission[] permissions) => new(
        name, name, "dotnet10", "arm64", 512, TimeSpan.FromSeconds(10), new Dictionary<string, string>(), permissions);

    public static LocalQueue Queue(string name) => new(name, TimeSpan.FromSeconds(30), TimeSpan.FromDays(4), TimeSpan.Zero, null, []);

    public static LocalTable Table(string name) => new(
        name, new KeyAttribute("pk", "S"), new KeyAttribute("sk", "S"),
        [new LocalIndex("due", new KeyAttribute("dueShard", "S"), new KeyAttribute("dueAt", "N"), "KEYS_ONLY", [])], "NEW_IMAGE", null);

    public static QueueEventSource Source(LocalFunction function, LocalQueue queue) => new(
        function.Name, queue.Name, 10, TimeSpan.Zero, ReportBatchItemFailures: true, [], Enabled: true, MaximumConcurrency: null);

    public static StreamEventSource Source(LocalFunction function, LocalTable table) => new(
        function.Name, table.Name, 100, TimeSpan.Zero, ReportBatchItemFailures: true, [], Enabled: true, "TRIM_HORIZON", -1, -1, 1, BisectBatchOnFunctionError: false);

    public static Permission Poll(LocalQueue queue) =>
        new(["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], [queue.Arn]);

    public static Permission[] Poll(LocalTable table) =>
    [
        new(["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"], [table.StreamArn]),
        new(["dynamodb:ListStreams"], ["*"]),
    ];
}
