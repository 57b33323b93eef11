using System.Text.Json;
using Oms.LocalAws.Proxy;

namespace Oms.Simulation.Cloud;

/// <summary>A request of a process, read as far as the world must know it: an AWS call, or one to the payment gateway.</summary>
internal sealed record OutgoingCall
{
    private const string DynamoDbTarget = "DynamoDB_20120810.";
    private const string SqsTarget = "AmazonSQS.";

    /// <summary>Null: it goes to the gateway.</summary>
    public AwsCall? Aws { get; private init; }

    public string Method { get; private init; } = "";

    public Uri? Uri { get; private init; }

    public string? IdempotencyKey { get; private init; }

    public ReadOnlyMemory<byte> Body { get; private init; }

    /// <summary>With its service, such as "dynamodb.PutItem".</summary>
    public required string Operation { get; init; }

    /// <summary>Table, queue or topic, with the kind of item where there is one.</summary>
    public required string Target { get; init; }

    /// <summary>Which items, for the reader of a trace.</summary>
    public required string Detail { get; init; }

    public static OutgoingCall Read(string function, HttpRequestMessage request)
    {
        var uri = request.RequestUri ?? throw new InvalidOperationException("a request without an address");
        var body = BodyOf(request);
        if (uri.Host == Blueprint.GatewayUrl.Host)
        {
            return OfGateway(request, uri, body);
        }

        return OfAws(ReadAws(function, request, body));
    }

    public static AwsCall ReadAws(string caller, HttpRequestMessage request) => ReadAws(caller, request, BodyOf(request));

    public static IReadOnlyDictionary<string, string> Form(ReadOnlyMemory<byte> body) => QueryForm.Read(body.Span);

    private static AwsCall ReadAws(string caller, HttpRequestMessage request, ReadOnlyMemory<byte> body)
    {
        if (request.Headers.TryGetValues("X-Amz-Target", out var targets) && targets.First() is var target)
        {
            return target.StartsWith(DynamoDbTarget, StringComparison.Ordinal) ? new AwsCall(caller, AwsService.DynamoDb, target[DynamoDbTarget.Length..], body)
                : target.StartsWith(SqsTarget, StringComparison.Ordinal) ? new AwsCall(caller, AwsService.Sqs, target[SqsTarget.Length..], body)
                : throw new NotSupportedException($"the simulation does not know {target}");
        }

        return new AwsCall(caller, AwsService.Sns, Form(body).GetValueOrDefault("Action") ?? throw new NotSupportedException($"{request.Method} {request.RequestUri} is neither AWS nor the gateway"), body);
    }

    private static OutgoingCall OfGateway(HttpRequestMessage request, Uri uri, ReadOnlyMemory<byte> body)
    {
        var operation = (request.Method.Method, uri.AbsolutePath) switch
        {
            ("POST", "/v1/payment_intents") => "Authorise",
            ("GET", "/v1/payment_intents") => "Find",
            ("POST", var path) when path.EndsWith("/cancel", StringComparison.Ordinal) => "Void",
            _ => throw new NotSupportedException($"the simulated gateway has no {request.Method} {uri.AbsolutePath}"),
        };
        var key = request.Headers.TryGetValues("Idempotency-Key", out var keys) ? keys.First() : null;
        return new OutgoingCall
        {
            Method = request.Method.Method,
            Uri = uri,
            Body = body,
            IdempotencyKey = key,
            Operation = "gateway." + operation,
            Target = "gateway",
            Detail = key ?? uri.PathAndQuery["/v1/payment_intents".Length..],
        };
    }

    private static OutgoingCall OfAws(AwsCall call)
    {
        if (call.Service == AwsService.Sns)
        {
            var topic = call.Form("TopicArn") ?? "";
            return new OutgoingCall { Aws = call, Operation = "sns." + call.Operation, Target = topic[(topic.LastIndexOf(':') + 1)..], Detail = "" };
        }

        if (call.Service == AwsService.Sqs)
        {
            var queue = call.Json.GetProperty("QueueUrl").GetString()!;
            return new OutgoingCall
            {
                Aws = call,
                Operation = "sqs." + call.Operation,
                Target = queue[(queue.LastIndexOf('/') + 1)..],
                Detail = call.Json.TryGetProperty("MessageBody", out var body) ? body.GetString()! : "",
            };
        }

        var (table, keys) = ItemsOf(call);
        return new OutgoingCall
        {
            Aws = call,
            Operation = "dynamodb." + call.Operation,
            Target = keys.Count == 0 ? table : $"{table} {KindOf(keys[0])}",
            Detail = string.Join(' ', keys),
        };
    }

    private static (string Table, List<string> Keys) ItemsOf(AwsCall call)
    {
        var json = call.Json;
        switch (call.Operation)
        {
            case "GetItem" or "UpdateItem" or "DeleteItem":
                return (json.GetProperty("TableName").GetString()!, [KeyOf(json.GetProperty("Key"))]);
            case "PutItem":
                return (json.GetProperty("TableName").GetString()!, [KeyOf(json.GetProperty("Item"))]);
            case "BatchGetItem":
                var table = json.GetProperty("RequestItems").EnumerateObject().First();
                return (table.Name, [.. table.Value.GetProperty("Keys").EnumerateArray().Select(KeyOf)]);
            case "TransactWriteItems":
                var actions = json.GetProperty("TransactItems").EnumerateArray().Select(static action => action.EnumerateObject().First().Value).ToList();
                return (actions[0].GetProperty("TableName").GetString()!, [.. actions.Select(static action => KeyOf(action.TryGetProperty("Key", out var key) ? key : action.GetProperty("Item")))]);
            default:
                var index = json.TryGetProperty("IndexName", out var name) ? "/" + name.GetString() : "";
                return (json.GetProperty("TableName").GetString()! + index, []);
        }
    }

    private static string KeyOf(JsonElement item) => $"{item.GetProperty("pk").GetProperty("S").GetString()}:{item.GetProperty("sk").GetProperty("S").GetString()}";

    /// <summary>head, doc, notice, twin, stock …: the part of the key that says what it is.</summary>
    private static string KindOf(string key)
    {
        var kind = key.StartsWith("stock/", StringComparison.Ordinal) ? "stock" : key[(key.LastIndexOf(':') + 1)..];
        var end = kind.AsSpan().IndexOfAny('#', '/');
        return end < 0 ? kind : kind[..end];
    }

    private static ReadOnlyMemory<byte> BodyOf(HttpRequestMessage request)
    {
        if (request.Content is null)
        {
            return default;
        }

        var buffer = new MemoryStream();
        request.Content.CopyTo(buffer, null, CancellationToken.None);
        return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
    }
}
