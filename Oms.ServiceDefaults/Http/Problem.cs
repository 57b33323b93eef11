using System.Text.Json.Serialization;

namespace Oms.ServiceDefaults.Http;

/// <summary>A refusal as RFC 9457 wants it, with a stable code that clients may switch on.</summary>
/// <param name="Code">Stable, in kebab case; <c>type</c> is derived from it.</param>
/// <param name="Detail">One sentence that names the field, header or setting to change.</param>
public sealed record Problem(int Status, string Code, string Title, string Detail)
{
    [JsonPropertyOrder(-1)]
    public string Type => "urn:oms:problem:" + Code;

    /// <summary>The path of the request.</summary>
    public string? Instance { get; init; }

    public string? TraceId { get; init; }

    /// <summary>Which fields, where there are several.</summary>
    public IReadOnlyList<FieldError>? Errors { get; init; }

    /// <summary>Seconds; sent as header too.</summary>
    [JsonIgnore]
    public int? RetryAfter { get; init; }

    /// <summary>Methods for 405.</summary>
    [JsonIgnore]
    public string? Allow { get; init; }

    public static Problem Malformed(string detail) => new(400, "malformed-request", "The request cannot be read", detail);

    public static Problem UnknownProperty(string pointer) => new(400, "unknown-property", "The request has a property that is not known here", $"Remove the property at {pointer}.") { Errors = [new FieldError(pointer, "is not a property of this request")] };

    public static Problem Invalid(params IReadOnlyList<FieldError> errors) => new(422, "invalid-request", "The request breaks a rule", errors.Count == 1 ? $"{errors[0].Pointer} {errors[0].Message}." : $"{errors.Count} fields break a rule; see errors.") { Errors = errors };

    public static Problem NotFound(string what) => new(404, "not-found", "Not found", $"There is no {what}.");

    public static Problem Conflict(string code, string title, string detail) => new(409, code, title, detail);

    public static Problem Unavailable(string detail) => new(503, "unavailable", "A dependency cannot be reached just now", detail) { RetryAfter = 2 };
}

/// <param name="Pointer">JSON pointer (RFC 6901), such as <c>/lines/0/quantity</c>.</param>
/// <param name="Message">Continues the pointer to a sentence; never echoes a value.</param>
public sealed record FieldError(string Pointer, string Message);
