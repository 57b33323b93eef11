namespace Oms.LocalAws.Templates;

/// <summary>What the Lambda service polls for a function: a queue or a table's stream; no filter pattern (JSON each) means every record.</summary>
public abstract record LocalEventSource(
    string Function,
    int BatchSize,
    TimeSpan BatchingWindow,
    bool ReportBatchItemFailures,
    IReadOnlyList<string> FilterPatterns,
    bool Enabled);

/// <summary>A queue; without a maximum concurrency the Lambda service uses as many invocations as it likes.</summary>
public sealed record QueueEventSource(
    string Function,
    string Queue,
    int BatchSize,
    TimeSpan BatchingWindow,
    bool ReportBatchItemFailures,
    IReadOnlyList<string> FilterPatterns,
    bool Enabled,
    int? MaximumConcurrency)
    : LocalEventSource(Function, BatchSize, BatchingWindow, ReportBatchItemFailures, FilterPatterns, Enabled);

/// <summary>A table's stream from TRIM_HORIZON or LATEST; attempts and age of -1 mean for ever.</summary>
public sealed record StreamEventSource(
    string Function,
    string Table,
    int BatchSize,
    TimeSpan BatchingWindow,
    bool ReportBatchItemFailures,
    IReadOnlyList<string> FilterPatterns,
    bool Enabled,
    string StartingPosition,
    int MaximumRetryAttempts,
    int MaximumRecordAgeSeconds,
    int ParallelizationFactor,
    bool BisectBatchOnFunctionError)
    : LocalEventSource(Function, BatchSize, BatchingWindow, ReportBatchItemFailures, FilterPatterns, Enabled);
