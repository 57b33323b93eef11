using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;

namespace Oms.Tests.Support;

/// <summary>How a test wants its stack to differ from the usual one.</summary>
internal sealed record OmsStackOptions
{
    /// <summary>What stands behind LocalAws.</summary>
    public BackendKind Backend { get; init; } = BackendKind.Embedded;

    /// <summary>Where the functions run; a stack whose LocalAws is killed wants processes too.</summary>
    public FunctionHosting Functions { get; init; } = FunctionHosting.InProcess;

    /// <summary>Processes per function, or what stands for one in the test process, where not one.</summary>
    public IReadOnlyDictionary<string, int> Processes { get; init; } = new Dictionary<string, int>();

    /// <summary>Invocations that one process of a function takes at once, where not one: what Lambda calls multi-concurrency.</summary>
    public IReadOnlyDictionary<string, int> Concurrency { get; init; } = new Dictionary<string, int>();

    /// <summary>LocalAws runs as the app host runs it, so that it can be killed; then there is no Proxy to break.</summary>
    public bool LocalAwsAsProcess { get; init; }

    /// <summary>Changes the template before it is read.</summary>
    public Action<JsonObject>? Template { get; init; }

    /// <summary>Where the telemetry of processes goes; null: nowhere.</summary>
    public Uri? Otlp { get; init; }

    /// <summary>More variables for every function.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Where LocalAws logs, as long as it is part of the test process; null: nowhere.</summary>
    public ILoggerFactory? LocalAwsLogs { get; init; }

    /// <summary>What the functions log at least.</summary>
    public string LogLevel { get; init; } = "Warning";
}
