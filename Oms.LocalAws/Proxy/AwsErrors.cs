using System.Buffers;
using System.Security;
using System.Text;
using System.Text.Json;

namespace Oms.LocalAws.Proxy;

/// <summary>Refusals of the proxy in the words and the wire form of the service that is called.</summary>
public static class AwsErrors
{
    /// <summary>
    /// The wording is IAM's; DynamoDB calls it AccessDeniedException (400), SQS AccessDenied and SNS AuthorizationError (403 both).
    /// </summary>
    public static AwsAnswer AccessDenied(AwsCall call, string user, RequiredAccess access)
    {
        var message = $"User: {user} is not authorized to perform: {access.Action} on resource: {access.Resource} because no identity-based policy allows the {access.Action} action";
        return call.Service switch
        {
            AwsService.Sns => Query(403, "AuthorizationError", message),
            AwsService.Sqs => Json(403, "com.amazonaws.sqs#AccessDeniedException", message, "AccessDenied;Sender"),
            _ => Json(400, "com.amazon.coral.service#AccessDeniedException", message),
        };
    }

    public static AwsAnswer Unsigned(AwsCall call)
    {
        const string message = "Request is missing Authentication Token";
        return call.Service switch
        {
            AwsService.Sns => Query(403, "MissingAuthenticationToken", message),
            AwsService.Sqs => Json(403, "com.amazon.coral.service#MissingAuthenticationTokenException", message, "MissingAuthenticationToken;Sender"),
            _ => Json(400, "com.amazon.coral.service#MissingAuthenticationTokenException", message),
        };
    }

    public static AwsAnswer Unavailable(AwsCall call, string message) => Of(call, 503, "ServiceUnavailable", message);

    /// <summary>Any error in the protocol of the called service; 4xx is the sender's fault, 5xx the receiver's.</summary>
    public static AwsAnswer Of(AwsCall call, int status, string code, string message) => call.Service switch
    {
        AwsService.Sns => Query(status, code, message),
        AwsService.Sqs => Json(status, $"com.amazonaws.sqs#{code}", message, $"{code};{Fault(status)}"),
        _ => Json(status, $"com.amazonaws.dynamodb.v20120810#{code}", message),
    };

    private static AwsAnswer Json(int status, string type, string message, string? queryError = null)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("__type", type);
            json.WriteString("message", message);
            json.WriteEndObject();
        }

        return new(status, "application/x-amz-json-1.0", buffer.WrittenMemory)
        {
            Headers = queryError is null ? [] : [new("x-amzn-query-error", queryError)],
        };
    }

    private static AwsAnswer Query(int status, string code, string message) => new(
        status, "text/xml", Encoding.UTF8.GetBytes($"""
            <ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>{Fault(status)}</Type><Code>{SecurityElement.Escape(code)}</Code><Message>{SecurityElement.Escape(message)}</Message></Error><RequestId>{Guid.NewGuid()}</RequestId></ErrorResponse>
            """));

    private static string Fault(int status) => status >= 500 ? "Receiver" : "Sender";
}
