using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.Features;
using Oms.LocalAws.Templates;

namespace Oms.LocalAws.Gateway;

/// <summary>The HTTP API of the template: route, _throttle, authorizer, function.</summary>
public sealed partial class HttpGateway
{
    private const int BodyLimit = 10 * 1024 * 1024;
    private const int InvocationLimit = 6 * 1024 * 1024;
    private const string TraceHeader = "x-amzn-trace-id";
    private const string NoRoute = "no route";

    private readonly LocalHttpApi _api;
    private readonly IFunctionInvoker _invoker;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly RouteTable _routes;
    private readonly StageThrottle _throttle;
    private readonly Dictionary<string, JwtAuthorizer> _authorizers;

    public HttpGateway(LocalHttpApi api, IFunctionInvoker invoker, HttpClient http, TimeProvider time, ILogger<HttpGateway> logger)
    {
        _api = api;
        _invoker = invoker;
        _time = time;
        _logger = logger;
        _routes = new RouteTable(api.Routes);
        _throttle = new StageThrottle(api.Stage, time);
        var keys = new IssuerKeys(http, time);
        _authorizers = api.Routes.Select(r => r.Authorizer).OfType<LocalJwtAuthorizer>().DistinctBy(a => a.Name)
            .ToDictionary(a => a.Name, a => new JwtAuthorizer(a, keys, time), StringComparer.Ordinal);
    }

    public async Task HandleAsync(HttpContext context)
    {
        var requestId = Convert.ToBase64String(RandomNumberGenerator.GetBytes(11));
        var target = RequestTarget.Parse(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
        var match = _routes.Find(context.Request.Method, target.Segments);
        var answer = match is null ? GatewayAnswer.NotFound : await AnswerAsync(context, match, target, requestId);
        await WriteAsync(context, answer, match?.Route.RouteKey ?? NoRoute, requestId);
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "a gateway answers 500 whatever goes wrong behind it, and logs it")]
    private async Task<GatewayAnswer> AnswerAsync(HttpContext context, RouteMatch match, RequestTarget target, string requestId)
    {
        try
        {
            if (!_throttle.TryTake())
                return GatewayAnswer.TooManyRequests;

            AuthorizedToken? token = null;
            if (match.Route.Authorizer is { } authorizer)
            {
                switch (await _authorizers[authorizer.Name].DecideAsync(context.Request, match.Route.Scopes, context.RequestAborted))
                {
                    case JwtDecision.Refused refused:
                        return refused.Answer;
                    case JwtDecision.Allowed allowed:
                        token = allowed.Token;
                        break;
                }
            }

            if (!match.Route.MayInvoke)
            {
                LogNoPermission(_logger, match.Route.RouteKey, match.Route.Function);
                return GatewayAnswer.InternalError;
            }

            if (await ReadBodyAsync(context.Request, context.RequestAborted) is not { } body)
                return GatewayAnswer.TooLarge;
            return await InvokeAsync(context, match, token, target, body, requestId);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody reads it: the client went away.
            return GatewayAnswer.Unavailable;
        }
        catch (BadHttpRequestException e)
        {
            LogFailed(_logger, match.Route.RouteKey, e);
            return new GatewayAnswer(e.StatusCode, [], [], ReadOnlyMemory<byte>.Empty);
        }
        catch (Exception e)
        {
            LogFailed(_logger, match.Route.RouteKey, e);
            return GatewayAnswer.InternalError;
        }
    }

    private async Task<GatewayAnswer> InvokeAsync(
        HttpContext context, RouteMatch match, AuthorizedToken? token, RequestTarget target, ReadOnlyMemory<byte> body, string requestId)
    {
        var now = _time.GetUtcNow();
        var headers = Headers(context, now);
        var payload = new HttpApiEvent(
            _api,
            match,
            token,
            target,
            context.Request.Method,
            context.Request.Protocol,
            context.Connection.RemoteIpAddress?.ToString() ?? "127.0.0.1",
            context.Request.Host.Host,
            headers,
            body,
            requestId,
            now).ToPayload();
        if (payload.Length > InvocationLimit)
            return GatewayAnswer.TooLarge;

        using var timeout = new CancellationTokenSource(match.Route.IntegrationTimeout, _time);
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, context.RequestAborted);
        InvocationResult result;
        try
        {
            var options = new InvocationOptions(headers.First(h => h.Key == TraceHeader).Value, "apigateway");
            result = await _invoker.InvokeAsync(match.Route.Function, payload, options, cancel.Token);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            LogTimeout(_logger, match.Route.RouteKey, match.Route.Function, match.Route.IntegrationTimeout);
            return GatewayAnswer.IntegrationTimeout;
        }

        switch (result)
        {
            case InvocationResult.Succeeded succeeded when GatewayAnswer.FromFunction(succeeded.Payload) is { } answer:
                return answer;
            case InvocationResult.Succeeded:
                LogNotAResponse(_logger, match.Route.RouteKey, match.Route.Function);
                return GatewayAnswer.InternalError;
            case InvocationResult.Throttled:
                return GatewayAnswer.Unavailable;
            default:
                // Lambda has logged why.
                return GatewayAnswer.InternalError;
        }
    }

    /// <summary>Lower-case names, repeated headers joined by commas, and what the gateway adds.</summary>
    private static List<KeyValuePair<string, string>> Headers(HttpContext context, DateTimeOffset now)
    {
        var client = context.Connection.RemoteIpAddress?.ToString() ?? "127.0.0.1";
        var headers = context.Request.Headers
            .Select(h => KeyValuePair.Create(h.Key.ToLowerInvariant(), string.Join(h.Key.Equals("cookie", StringComparison.OrdinalIgnoreCase) ? ";" : ",", h.Value.ToArray())))
            .Where(h => h.Key is not ("x-forwarded-for" or "x-forwarded-port" or "x-forwarded-proto"))
            .ToDictionary(StringComparer.Ordinal);
        headers["x-forwarded-for"] = context.Request.Headers["x-forwarded-for"].ToString() is { Length: > 0 } before ? $"{before}, {client}" : client;
        headers["x-forwarded-port"] = context.Connection.LocalPort.ToString(CultureInfo.InvariantCulture);
        headers["x-forwarded-proto"] = "http";
        // What is no trace is replaced, as in AWS; it goes on as a header to the function.
        if (!headers.TryGetValue(TraceHeader, out var trace) || !trace.Contains("Root=", StringComparison.Ordinal) || !trace.All(static letter => letter is >= ' ' and <= '~'))
            headers[TraceHeader] = $"Root=1-{now.ToUnixTimeSeconds():x8}-{RandomNumberGenerator.GetHexString(24, lowercase: true)}";
        return [.. headers.OrderBy(h => h.Key, StringComparer.Ordinal)];
    }

    private static async Task<ReadOnlyMemory<byte>?> ReadBodyAsync(HttpRequest request, CancellationToken cancel)
    {
        if (request.ContentLength > BodyLimit)
            return null;
        var body = new ArrayBufferWriter<byte>((int)Math.Max(1, request.ContentLength ?? 4096));
        int read;
        while ((read = await request.Body.ReadAsync(body.GetMemory(1), cancel)) > 0)
        {
            body.Advance(read);
            if (body.WrittenCount > BodyLimit)
                return null;
        }

        return body.WrittenMemory;
    }

    private async Task WriteAsync(HttpContext context, GatewayAnswer answer, string route, string requestId)
    {
        if (context.RequestAborted.IsCancellationRequested)
            return;
        var response = context.Response;
        try
        {
            response.StatusCode = answer.Status;
            foreach (var (name, value) in answer.Headers.Where(h => !IsOwnedByTheConnection(h.Key)))
                response.Headers[name] = value;
            foreach (var cookie in answer.Cookies)
                response.Headers.Append("set-cookie", cookie);
        }
        catch (InvalidOperationException e)
        {
            // A header with a line break or another character that HTTP does not allow.
            LogFailed(_logger, route, e);
            response.Headers.Clear();
            answer = GatewayAnswer.InternalError;
            response.StatusCode = answer.Status;
            response.Headers.ContentType = "application/json";
        }

        response.Headers["apigw-requestid"] = requestId;
        if (answer.Status is 204 or 304)
            return;
        response.ContentLength = answer.Body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.Body.WriteAsync(answer.Body, context.RequestAborted);
    }

    private static bool IsOwnedByTheConnection(string header) =>
        header.ToLowerInvariant() is "content-length" or "connection" or "transfer-encoding" or "keep-alive" or "upgrade";

    /// <summary>The route, never the path: whoever asks decides what stands in that.</summary>
    [LoggerMessage(10, LogLevel.Error, "{Route} failed in the gateway")]
    private static partial void LogFailed(ILogger logger, string route, Exception exception);

    [LoggerMessage(11, LogLevel.Warning, "{Route}: {Function} did not answer within the integration time-out of {Timeout}")]
    private static partial void LogTimeout(ILogger logger, string route, string function, TimeSpan timeout);

    [LoggerMessage(12, LogLevel.Error, "{Route}: {Function} returned something that is no response in payload format 2.0")]
    private static partial void LogNotAResponse(ILogger logger, string route, string function);

    [LoggerMessage(13, LogLevel.Error, "{Route}: no AWS::Lambda::Permission lets the API invoke {Function}")]
    private static partial void LogNoPermission(ILogger logger, string route, string function);
}
