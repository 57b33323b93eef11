using System.Buffers;
using System.Globalization;
using Microsoft.AspNetCore.Connections.Features;
using Oms.LocalAws.Templates;

namespace Oms.LocalAws.Lambda;

/// <summary>
/// The Lambda Runtime API, version 2018-06-01, for every function under its own path: next, response, error, init error.
/// Status codes and bodies are those of AWS's own runtime interface emulator.
/// </summary>
public sealed class RuntimeApi(LambdaService lambda, TimeProvider time)
{
    private const string Version = "2018-06-01";

    /// <summary>
    /// HTTP clients close connections that idle for a minute; up to then a connection that closes under a running
    /// invocation means that its process has gone. After that only the deadline tells.
    /// </summary>
    private static readonly TimeSpan IdleCloseIsNoCrash = TimeSpan.FromSeconds(50);

    /// <summary>A worker may post its response and exit: the response is in the socket before the close, so it gets this long to be read.</summary>
    private static readonly TimeSpan LastResponseGrace = TimeSpan.FromMilliseconds(100);

    public Task HandleAsync(HttpContext http)
    {
        var path = (http.Request.Path.Value ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (path.Length < 4 || path[1] != Version || path[2] != "runtime")
            return RefuseAsync(http, StatusCodes.Status404NotFound, "InvalidPath", $"expected /<function>/{Version}/runtime/…");

        if (lambda.Queue(path[0]) is not { } queue)
            return RefuseAsync(http, StatusCodes.Status404NotFound, "ResourceNotFoundException", $"the template has no function '{path[0]}'");

        return (http.Request.Method, path[3..]) switch
        {
            ("GET", ["invocation", "next"]) => NextAsync(http, queue),
            ("POST", ["invocation", var id, "response"]) => ResponseAsync(http, queue, id),
            ("POST", ["invocation", var id, "error"]) => ErrorAsync(http, queue, id),
            ("POST", ["init", "error"]) => InitErrorAsync(http, queue),
            _ => RefuseAsync(http, StatusCodes.Status404NotFound, "InvalidPath", $"{http.Request.Method} {http.Request.Path} is not part of the Runtime API"),
        };
    }

    private async Task NextAsync(HttpContext http, FunctionQueue queue)
    {
        var invocation = await queue.NextAsync(http.RequestAborted);
        if (invocation is null)
        {
            http.Abort();
            return;
        }

        if (http.RequestAborted.IsCancellationRequested)
        {
            queue.GiveBack(invocation);
            return;
        }

        lambda.Started(queue, invocation);
        WatchForCrash(http, queue, invocation);
        var headers = http.Response.Headers;
        headers["Lambda-Runtime-Aws-Request-Id"] = invocation.RequestId;
        headers["Lambda-Runtime-Deadline-Ms"] = (invocation.StartedAt + queue.Function.Timeout).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        headers["Lambda-Runtime-Invoked-Function-Arn"] = queue.Function.Arn;
        headers["Lambda-Runtime-Trace-Id"] = invocation.TraceHeader;
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = invocation.Payload.Length;
        await http.Response.Body.WriteAsync(invocation.Payload, CancellationToken.None);
    }

    private async Task ResponseAsync(HttpContext http, FunctionQueue queue, string requestId)
    {
        // Told before its payload is read: a large late response is not taken in to be thrown away.
        if (queue.Running(requestId) is not { } invocation)
        {
            await RefuseUnknownAsync(http);
            return;
        }

        if (await ReadAsync(http) is not { } payload)
        {
            var message = string.Create(CultureInfo.InvariantCulture, $"Response payload size exceeded maximum allowed payload size ({LambdaService.MaxPayloadBytes} bytes).");
            lambda.End(queue, invocation, new InvocationResult.Failed(
                FunctionErrorKind.Unhandled, "Function.ResponseSizeTooLarge", message, LambdaErrors.Document("Function.ResponseSizeTooLarge", message)));
            await RefuseAsync(http, StatusCodes.Status413PayloadTooLarge, "RequestEntityTooLarge", string.Create(CultureInfo.InvariantCulture, $"Exceeded maximum allowed payload size ({LambdaService.MaxPayloadBytes} bytes)."));
            return;
        }

        await AnswerAsync(http, lambda.End(queue, invocation, new InvocationResult.Succeeded(payload)));
    }

    private async Task ErrorAsync(HttpContext http, FunctionQueue queue, string requestId)
    {
        if (queue.Running(requestId) is not { } invocation)
        {
            await RefuseUnknownAsync(http);
            return;
        }

        var document = await ReadAsync(http) ?? ReadOnlyMemory<byte>.Empty;
        var (type, message) = LambdaErrors.Read(document, http.Request.Headers["Lambda-Runtime-Function-Error-Type"]);
        await AnswerAsync(http, lambda.End(queue, invocation, new InvocationResult.Failed(FunctionErrorKind.Unhandled, type, message, document)));
    }

    private async Task InitErrorAsync(HttpContext http, FunctionQueue queue)
    {
        var document = await ReadAsync(http) ?? ReadOnlyMemory<byte>.Empty;
        var (type, message) = LambdaErrors.Read(document, http.Request.Headers["Lambda-Runtime-Function-Error-Type"]);
        lambda.InitFailed(queue, type, message);
        await AnswerAsync(http, accepted: true);
    }

    private void WatchForCrash(HttpContext http, FunctionQueue queue, Invocation invocation)
    {
        // A client that asked for the connection to be closed proves nothing by its end.
        if (http.Request.Headers.Connection == "close") return;
        var closed = http.Features.Get<IConnectionLifetimeFeature>()?.ConnectionClosed ?? CancellationToken.None;
        invocation.Watch(closed.UnsafeRegister(
            _ =>
            {
                if (time.GetUtcNow() - invocation.StartedAt < IdleCloseIsNoCrash)
                    invocation.Limit(time, LastResponseGrace, i => lambda.Crashed(queue, i));
            },
            null));
    }

    /// <summary>The whole body, or null when it is larger than a payload may be.</summary>
    private static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpContext http)
    {
        if (http.Request.ContentLength > LambdaService.MaxPayloadBytes) return null;
        var buffer = new ArrayBufferWriter<byte>((int)Math.Max(1, http.Request.ContentLength ?? 4096));
        int read;
        while ((read = await http.Request.Body.ReadAsync(buffer.GetMemory(1), http.RequestAborted)) > 0)
        {
            buffer.Advance(read);
            if (buffer.WrittenCount > LambdaService.MaxPayloadBytes) return null;
        }

        return buffer.WrittenMemory;
    }

    private static Task AnswerAsync(HttpContext http, bool accepted)
    {
        if (!accepted) return RefuseUnknownAsync(http);
        http.Response.StatusCode = StatusCodes.Status202Accepted;
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = 15;
        return http.Response.Body.WriteAsync("{\"status\":\"OK\"}"u8.ToArray()).AsTask();
    }

    private static Task RefuseUnknownAsync(HttpContext http) =>
        RefuseAsync(http, StatusCodes.Status400BadRequest, "InvalidRequestID", "Invalid request ID");

    private static Task RefuseAsync(HttpContext http, int status, string type, string message)
    {
        var body = LambdaErrors.Document(type, message);
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = body.Length;
        return http.Response.Body.WriteAsync(body).AsTask();
    }
}
