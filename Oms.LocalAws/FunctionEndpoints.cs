namespace Oms.LocalAws;

/// <summary>Where a function process finds its Runtime API, AWS itself, and the collector of its telemetry.</summary>
public sealed record FunctionEndpoints(Uri RuntimeApi, Uri Aws, Uri? Otlp = null);
