using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Oms.ServiceDefaults.Telemetry;

namespace Oms.ServiceDefaults.Http;

/// <summary>Answers HTTP API events by the route table: finds the handler, and turns refusals and faults into problem details.</summary>
public sealed class ApiRole(RouteTable routes, FunctionServices services, IReadOnlyList<RouteElsewhere>? elsewhere = null) : IFunctionRole
{
    private readonly ILogger _log = services.Logs.CreateLogger("Oms.Api");

    public async Task<Stream> HandleAsync(Stream input, Invocation invocation)
    {
        var wire = await JsonSerializer.DeserializeAsync(input, HttpApiJson.Default.HttpApiEvent, invocation.Cancellation)
            ?? throw new InvalidOperationException("The Lambda event is empty; this function answers HTTP API events in payload format 2.0");
        var request = Read(wire, invocation);
        var route = routes.Find(wire.RouteKey ?? "");
        using var span = FunctionTelemetry.StartServer(route?.UseCase ?? "UnknownRoute", request.Header("traceparent"));
        span?.SetTag("http.request.method", request.Method).SetTag("http.route", request.Route).SetTag("faas.invocation_id", invocation.RequestId);

        var started = services.Clock.GetTimestamp();
        var answer = Finish(await AnswerAsync(route, request), request);
        span?.SetTag("http.response.status_code", answer.Status).SetTag("oms.order_id", answer.OrderId);
        if (answer.Status >= 500)
        {
            span?.SetStatus(ActivityStatusCode.Error);
        }

        services.Telemetry.Count(route?.UseCase ?? "UnknownRoute", answer.Refusal?.Code ?? "ok", services.Clock.GetElapsedTime(started));
        Log.RequestAnswered(_log, request.Method, request.Route, answer.Status, answer.OrderId);
        return Write(answer);
    }

    private async Task<ApiResponse> AnswerAsync(Route? route, ApiRequest request)
    {
        if (route is null)
        {
            return ApiResponse.Refuse(Unrouted(request));
        }

        if (!Accepts(request.Header("accept")))
        {
            return ApiResponse.Refuse(new Problem(406, "not-acceptable", "No acceptable form", "This API answers application/json and application/problem+json; send Accept: application/json."));
        }

        try
        {
            return await route.Handler(request);
        }
        catch (Exception fault) when (fault is NewerCodeException || RetryPolicy.IsTransient(fault, CancellationToken.None))
        {
            Log.DependencyDown(_log, route.Method, route.Pattern, fault.GetType().Name);
            return ApiResponse.Refuse(Problem.Unavailable("Nothing is lost; send the same request again after the given time."));
        }
#pragma warning disable CA1031 // the edge: a bug becomes a 500 with a trace id, and the log has the rest
        catch (Exception fault)
#pragma warning restore CA1031
        {
            Log.RequestFailed(_log, route.Method, route.Pattern, Fault.Describe(fault));
            Activity.Current?.SetStatus(ActivityStatusCode.Error, fault.GetType().Name);
            return ApiResponse.Refuse(new Problem(500, "internal-error", "Something is wrong on our side", "The trace id names the failure in the logs."));
        }
    }

    private Problem Unrouted(ApiRequest request)
    {
        var methods = routes.MethodsOf(request.Path).Concat(elsewhere?.Where(other => other.Matches(request.Path)).Select(other => other.Method) ?? []).ToList();
        return methods.Count == 0
            ? new Problem(404, "unknown-route", "Not found", "There is no such route; GET /v1/openapi.json lists them.")
            : new Problem(405, "method-not-allowed", "The method is not allowed here", $"This route takes {string.Join(", ", methods)}.") { Allow = string.Join(", ", methods) };
    }

    private static ApiRequest Read(HttpApiEvent wire, Invocation invocation)
    {
        var headers = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in wire.Headers ?? [])
        {
            headers[name.ToLowerInvariant()] = value;
        }

        var method = wire.RequestContext?.Http?.Method ?? "";
        var key = wire.RouteKey ?? "";
        return new ApiRequest(
            method,
            wire.RawPath ?? "",
            key.Contains(' ', StringComparison.Ordinal) ? key[(key.IndexOf(' ', StringComparison.Ordinal) + 1)..] : key,
            wire.PathParameters ?? [],
            wire.QueryStringParameters ?? [],
            headers,
            wire.Body is null ? ReadOnlyMemory<byte>.Empty : wire.IsBase64Encoded ? Convert.FromBase64String(wire.Body) : Encoding.UTF8.GetBytes(wire.Body),
            Caller.Of(wire.RequestContext?.Authorizer?.Jwt?.Claims),
            invocation.Cancellation);
    }

    private static bool Accepts(string? accept) => accept is null || accept.Split(',').Any(static range => range.Split(';')[0].Trim().ToUpperInvariant() is "*/*" or "APPLICATION/*" or "APPLICATION/JSON" or "APPLICATION/PROBLEM+JSON" or "");

    private static ApiResponse Finish(ApiResponse answer, ApiRequest request)
    {
        if (answer.Refusal is not { } problem)
        {
            return answer;
        }

        var named = problem with { Instance = request.Path, TraceId = Activity.Current?.TraceId.ToHexString() };
        answer = answer with { Body = JsonSerializer.Serialize(named, HttpApiJson.Default.Problem), ContentType = "application/problem+json" };
        if (named.RetryAfter is { } seconds)
        {
            answer = answer.With("retry-after", seconds.ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        return named.Allow is { } methods ? answer.With("allow", methods) : answer;
    }

    private static MemoryStream Write(ApiResponse answer)
    {
        var headers = new Dictionary<string, string>(answer.Headers, StringComparer.Ordinal) { ["cache-control"] = "no-store", ["x-content-type-options"] = "nosniff" };
        if (answer.Body is not null)
        {
            headers["content-type"] = answer.ContentType;
        }

        return new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(new HttpApiResult { StatusCode = answer.Status, Headers = headers, Body = answer.Body }, HttpApiJson.Default.HttpApiResult));
    }
}

/// <summary>A route of another service, so that <c>$default</c> can answer 405 for it.</summary>
public sealed record RouteElsewhere(string Method, string Pattern)
{
    internal bool Matches(string path) => new RouteTable().Get(Pattern, "", static _ => throw new InvalidOperationException()).MethodsOf(path).Count > 0;
}
