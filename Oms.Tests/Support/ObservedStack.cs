namespace Oms.Tests.Support;

/// <summary>A stack whose telemetry is collected, and where a message is a dead letter after four receives; shared by tests that run one after another.</summary>
public sealed class ObservedStack : IAsyncLifetime
{
    internal OtlpCollector Collector { get; private set; } = null!;

    internal OmsStack Stack { get; private set; } = null!;

    internal CapturedLogs LocalAwsLogs { get; } = new();

    public async ValueTask InitializeAsync()
    {
        Collector = await OtlpCollector.StartAsync();
        Stack = await OmsStack.StartAsync(new OmsStackOptions { Functions = FunctionHosting.Processes, Otlp = Collector.Url, Environment = OtlpCollector.Environment, LogLevel = "Trace", LocalAwsLogs = LocalAwsLogs.Factory, Template = TemplateChange.EarlyDeadLetters });
    }

    public async ValueTask DisposeAsync()
    {
        if (Stack is not null)
        {
            await Stack.DisposeAsync();
        }

        await Collector.DisposeAsync();
        LocalAwsLogs.Dispose();
    }
}

[CollectionDefinition(nameof(Observed), DisableParallelization = true)]
public sealed class Observed : ICollectionFixture<ObservedStack>;
