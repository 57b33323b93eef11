namespace Oms.LocalAws.Lambda;

/// <summary>What the health page says of one function.</summary>
public sealed record FunctionStatus(
    string Function,
    bool HasPolled,
    string? InitError,
    int IdleWorkers,
    int Running,
    int Pending,
    long Invocations,
    long Errors,
    long Timeouts,
    long Crashes,
    long Throttles);
