using System.Collections;
using System.Globalization;
using Oms.ServiceDefaults.Store;

namespace Oms.ServiceDefaults;

/// <summary>What the template sets in a function's environment. Read once at start; a missing name is an error that says which.</summary>
public sealed class FunctionSettings(IReadOnlyDictionary<string, string> environment)
{
    /// <summary>The process environment: the only place where it is read.</summary>
    public static FunctionSettings FromEnvironment()
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            values[(string)entry.Key] = entry.Value as string ?? "";
        }

        return new FunctionSettings(values);
    }

    /// <summary>api, relay, inbox or notifications: one binary per service, one function per role.</summary>
    public string Role => Required("OMS_ROLE");

    public string Table => Required("OMS_TABLE");

    public string TopicArn => Required("OMS_TOPIC_ARN");

    /// <summary>The service's own inbox, for messages to itself.</summary>
    public string QueueUrl => Required("OMS_QUEUE_URL");

    public string QuarantineUrl => Required("OMS_QUARANTINE_URL");

    /// <summary>The payments table, through which payment tokens travel (never through events).</summary>
    public string InstrumentsTable => Required("OMS_INSTRUMENTS_TABLE");

    /// <summary>
    /// Partitions of the index of what is due: 1 to 100, <see cref="DueIndex.Shards"/> where nothing is set. Every service asks all of them once a minute, and one takes 1,000 writes a second.
    /// Fewer than before leave behind what waits in the others.
    /// </summary>
    public int DueShards => Optional("OMS_DUE_SHARDS") is not { } text ? DueIndex.Shards
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var shards) && shards is >= 1 and <= 100 ? shards
        : throw new InvalidOperationException($"OMS_DUE_SHARDS is \"{text}\"; it must be a number from 1 to 100");

    public Uri GatewayUrl => Uri.TryCreate(Required("OMS_GATEWAY_URL"), UriKind.Absolute, out var url)
        ? url
        : throw new InvalidOperationException("OMS_GATEWAY_URL is not an absolute URL; set the template parameter PaymentGatewayUrl");

    /// <summary>AWS_LAMBDA_FUNCTION_NAME, set by Lambda.</summary>
    public string FunctionName => Optional("AWS_LAMBDA_FUNCTION_NAME") ?? Required("OTEL_SERVICE_NAME");

    /// <summary>Where telemetry goes by OTLP; null switches the exporters off.</summary>
    public string? OtlpEndpoint => Optional("OTEL_EXPORTER_OTLP_ENDPOINT");

    /// <summary>True in real Lambda, which freezes the process between invocations: telemetry must be sent before the answer.</summary>
    public bool FreezesBetweenInvocations => Optional("AWS_LAMBDA_INITIALIZATION_TYPE") is not null;

    public string? Optional(string name) => environment.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    private string Required(string name) => Optional(name)
        ?? throw new InvalidOperationException($"The environment variable {name} is not set; it comes from the function's Environment in Oms.Cloud/oms.template.json");
}
