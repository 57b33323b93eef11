using System.Buffers;
using Microsoft.Extensions.Primitives;

namespace Oms.LocalAws.Proxy;

/// <summary>Calls to AWS as they come over HTTP, and their answers: one door for DynamoDB, its streams, SQS and SNS.</summary>
internal static class AwsHttp
{
    /// <summary>Answers one request: reads the call, has it handled, writes the answer.</summary>
    public static async Task HandleAsync(HttpContext http, Func<AwsCall, CancellationToken, Task<AwsAnswer>> handle)
    {
        var request = http.Request;
        var body = await BodyAsync(request, http.RequestAborted);
        var (caller, scope) = Credential(request.Headers.Authorization);
        if (Target(request.Headers["x-amz-target"]) is var (service, operation))
        {
            using var call = new AwsCall(caller, service, operation, body);
            await WriteAsync(http, await handle(call, http.RequestAborted));
        }
        else if (scope is "sns" or "sqs" && QueryForm.Read(body.Span) is var form && form.TryGetValue("Action", out var action))
        {
            var query = scope == "sqs" ? new SqsQuery(action, form, request.Path) : null;
            using var call = query is null ? new AwsCall(caller, AwsService.Sns, action, body) : new AwsCall(caller, AwsService.Sqs, action, query.Json());
            var answer = await handle(call, http.RequestAborted);
            await WriteAsync(http, query is null || ReferenceEquals(answer, AwsAnswer.Dropped) ? answer : query.Xml(answer));
        }
        else
        {
            http.Response.StatusCode = StatusCodes.Status501NotImplemented;
            await http.Response.WriteAsync($"LocalAws serves DynamoDB, its streams, SQS and SNS; not '{request.Headers["x-amz-target"]}' for '{scope}'.");
        }
    }

    private static async Task WriteAsync(HttpContext http, AwsAnswer answer)
    {
        if (ReferenceEquals(answer, AwsAnswer.Dropped))
        {
            http.Abort();
            return;
        }

        http.Response.StatusCode = answer.Status;
        http.Response.ContentType = answer.ContentType;
        http.Response.ContentLength = answer.Body.Length;
        foreach (var (name, value) in answer.Headers) http.Response.Headers[name] = value;
        await http.Response.Body.WriteAsync(answer.Body, http.RequestAborted);
    }

    /// <summary>`DynamoDB_20120810.PutItem`: the JSON protocols name service and operation in a header.</summary>
    private static (AwsService Service, string Operation)? Target(StringValues header)
    {
        var target = header.ToString();
        var dot = target.IndexOf('.', StringComparison.Ordinal);
        AwsService? service = dot < 0 ? null : target[..dot] switch
        {
            "DynamoDB_20120810" => AwsService.DynamoDb,
            "DynamoDBStreams_20120810" => AwsService.DynamoDbStreams,
            "AmazonSQS" => AwsService.Sqs,
            _ => null,
        };
        return service is null ? null : (service.Value, target[(dot + 1)..]);
    }

    /// <summary>`AWS4-HMAC-SHA256 Credential=orders-api/20261122/us-east-1/dynamodb/aws4_request, …`; signatures are not checked.</summary>
    private static (string Caller, string Scope) Credential(StringValues header)
    {
        const string marker = "Credential=";
        var value = header.ToString();
        var at = value.IndexOf(marker, StringComparison.Ordinal);
        if (at < 0) return ("", "");
        var parts = value[(at + marker.Length)..].Split(',')[0].Split('/');
        return (parts[0], parts.Length > 3 ? parts[3] : "");
    }

    private static async Task<ReadOnlyMemory<byte>> BodyAsync(HttpRequest request, CancellationToken cancel)
    {
        var buffer = new ArrayBufferWriter<byte>((int)Math.Clamp(request.ContentLength ?? 4096, 1, 1 << 24));
        int read;
        while ((read = await request.Body.ReadAsync(buffer.GetMemory(1), cancel)) > 0) buffer.Advance(read);
        return buffer.WrittenMemory;
    }
}
