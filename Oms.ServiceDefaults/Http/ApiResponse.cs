using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Oms.ServiceDefaults.Http;

/// <summary>An answer. Bodies are JSON text; refusals are <see cref="Problem"/>s.</summary>
public sealed record ApiResponse(int Status, string? Body = null, string ContentType = "application/json")
{
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The order that this is about, for logs and spans.</summary>
    public string? OrderId { get; init; }

    /// <summary>A refusal, given the path and trace id when it leaves.</summary>
    public Problem? Refusal { get; init; }

    public static ApiResponse Json<T>(int status, T value, JsonTypeInfo<T> type) => new(status, JsonSerializer.Serialize(value, type));

    public static ApiResponse Refuse(Problem problem) => new(problem.Status) { Refusal = problem };

    public ApiResponse With(string header, string value) => this with { Headers = new Dictionary<string, string>(Headers, StringComparer.Ordinal) { [header] = value } };
}
