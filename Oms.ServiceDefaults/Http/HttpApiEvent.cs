using System.Text.Json.Serialization;

namespace Oms.ServiceDefaults.Http;

/// <summary>The part of an HTTP API event that functions read: payload format 2.0 (Amazon API Gateway developer guide, "Working with AWS Lambda proxy integrations for HTTP APIs").</summary>
internal sealed record HttpApiEvent
{
    public string? RouteKey { get; init; }

    public string? RawPath { get; init; }

    public string? RawQueryString { get; init; }

    public Dictionary<string, string>? Headers { get; init; }

    public Dictionary<string, string>? PathParameters { get; init; }

    public Dictionary<string, string>? QueryStringParameters { get; init; }

    public HttpApiRequestContext? RequestContext { get; init; }

    public string? Body { get; init; }

    public bool IsBase64Encoded { get; init; }
}

internal sealed record HttpApiRequestContext
{
    public string? RequestId { get; init; }

    public HttpApiHttp? Http { get; init; }

    public HttpApiAuthorizer? Authorizer { get; init; }
}

internal sealed record HttpApiHttp
{
    public string? Method { get; init; }

    public string? Path { get; init; }
}

internal sealed record HttpApiAuthorizer
{
    public HttpApiJwt? Jwt { get; init; }
}

internal sealed record HttpApiJwt
{
    public Dictionary<string, string>? Claims { get; init; }
}

/// <summary>Response payload format 2.0.</summary>
internal sealed record HttpApiResult
{
    public required int StatusCode { get; init; }

    public required Dictionary<string, string> Headers { get; init; }

    public string? Body { get; init; }

    public bool IsBase64Encoded { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(HttpApiEvent))]
[JsonSerializable(typeof(HttpApiResult))]
[JsonSerializable(typeof(Problem))]
internal sealed partial class HttpApiJson : JsonSerializerContext;
