using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Oms.Tests.LocalAws;

namespace Oms.Tests.Support;

/// <summary>
/// Receives OTLP over HTTP as protobuf on a free loopback port. It keeps every request as it came, and reads of spans and log records what tests ask for
/// (field numbers: open-telemetry/opentelemetry-proto, trace/v1/trace.proto and logs/v1/logs.proto).
/// </summary>
internal sealed class OtlpCollector : IAsyncDisposable
{
    private readonly ConcurrentQueue<OtlpRequest> _requests = new();
    private readonly ConcurrentQueue<OtlpSpan> _spans = new();
    private readonly ConcurrentQueue<OtlpLog> _logs = new();
    private TestServer _server = null!;

    public Uri Url => _server.Url;

    public IReadOnlyCollection<OtlpSpan> Spans => _spans;

    public IReadOnlyCollection<OtlpLog> Logs => _logs;

    /// <summary>Everything that was received, as it came.</summary>
    public IReadOnlyCollection<OtlpRequest> Requests => _requests;

    /// <summary>For the functions: this protocol, and nothing waits long before it is sent.</summary>
    public static IReadOnlyDictionary<string, string> Environment { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
        ["OTEL_BSP_SCHEDULE_DELAY"] = "200",
        ["OTEL_BLRP_SCHEDULE_DELAY"] = "200",
        ["OTEL_METRIC_EXPORT_INTERVAL"] = "1000",
    };

    public static async Task<OtlpCollector> StartAsync()
    {
        var collector = new OtlpCollector();
        collector._server = await TestServer.StartAsync(collector.TakeAsync);
        return collector;
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task TakeAsync(HttpContext http)
    {
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        var wire = body.ToArray();
        var signal = http.Request.Path.Value!.Split('/')[^1];
        if (http.Request.ContentType != "application/x-protobuf" || http.Request.Headers.ContentEncoding.Count > 0)
        {
            http.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return;
        }

        var sender = "";
        foreach (var resource in new ProtobufMessage(wire).Messages(1))
        {
            var function = sender = Attributes(resource.Messages(1), 1).GetValueOrDefault("service.name", "");
            foreach (var record in resource.Messages(2).SelectMany(static scope => scope.Messages(2)))
            {
                switch (signal)
                {
                    case "traces":
                        _spans.Enqueue(new OtlpSpan(function, record.Text(5), record.Hex(1), record.Hex(2), record.Hex(4), Attributes([record], 9)));
                        break;
                    case "logs":
                        _logs.Enqueue(new OtlpLog(function, record.Messages(5).Select(static body => body.Text(1)).FirstOrDefault(""), record.Hex(9), Attributes([record], 6)));
                        break;
                    default:
                        break; // metrics are only kept
                }
            }
        }

        _requests.Enqueue(new OtlpRequest(sender, signal, wire));
        http.Response.ContentType = "application/x-protobuf";
    }

    /// <summary>Text attributes: KeyValue.key, and AnyValue.string_value of KeyValue.value.</summary>
    private static Dictionary<string, string> Attributes(IEnumerable<ProtobufMessage> owners, int field)
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var attribute in owners.SelectMany(owner => owner.Messages(field)))
        {
            found[attribute.Text(1)] = attribute.Messages(2).Select(static value => value.Text(1)).FirstOrDefault("");
        }

        return found;
    }
}

/// <param name="Signal">traces, logs or metrics.</param>
internal sealed record OtlpRequest(string Function, string Signal, byte[] Wire);

/// <summary>Ids in hexadecimal; <paramref name="ParentId"/> is empty at a root.</summary>
internal sealed record OtlpSpan(string Function, string Name, string TraceId, string SpanId, string ParentId, IReadOnlyDictionary<string, string> Attributes);

internal sealed record OtlpLog(string Function, string Text, string TraceId, IReadOnlyDictionary<string, string> Attributes);
