using System.Buffers;
using System.Security;
using System.Text;
using System.Text.Json;
using Oms.LocalAws.Proxy;

namespace Oms.LocalAws.Embedded.Messaging;

/// <summary>A refusal by SNS or SQS. Code is the one of the query protocol; the JSON protocol names a type instead and keeps the code in a header.</summary>
public sealed class MessagingException : Exception
{
    private readonly string _type;

    public MessagingException()
        : this("")
    {
    }

    public MessagingException(string message)
        : this("InternalError", message, 500)
    {
    }

    public MessagingException(string message, Exception inner)
        : base(message, inner) => (Code, _type, Status) = ("InternalError", "com.amazonaws.sqs#InternalError", 500);

    internal MessagingException(string code, string message, int status = 400, string? type = null)
        : base(message) => (Code, _type, Status) = (code, type ?? $"com.amazonaws.sqs#{code}", status);

    public string Code { get; } = "";

    public int Status { get; }

    // The error shapes of SQS and their awsQueryError names: the service's API model (botocore/data/sqs/2012-11-05).
    internal static MessagingException QueueDoesNotExist() =>
        new("AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist.", type: "com.amazonaws.sqs#QueueDoesNotExist");

    internal static MessagingException Sqs(string name, string message, int status = 400) =>
        new($"AWS.SimpleQueueService.{name}", message, status, $"com.amazonaws.sqs#{name}");

    internal static MessagingException InvalidValue(string message) =>
        new("InvalidParameterValue", message, type: "com.amazon.coral.service#InvalidParameterValueException");

    internal static MessagingException Missing(string parameter) =>
        new("MissingParameter", $"The request must contain the parameter {parameter}.", type: "com.amazon.coral.service#MissingRequiredParameterException");

    internal static MessagingException Serialization(string message) =>
        new("MalformedInput", message, type: "com.amazon.coral.service#SerializationException");

    internal static MessagingException Invalid(string message) => new("InvalidParameter", $"Invalid parameter: {message}");

    internal static MessagingException NotFound(string message) => new("NotFound", message, 404);

    /// <summary>What AWS can do and this engine cannot: never a silent difference.</summary>
    internal static MessagingException Unsupported(AwsService service, string what) => service == AwsService.Sqs
        ? Sqs("UnsupportedOperation", $"The embedded SQS does not support {what}.")
        : new("InvalidAction", $"The embedded SNS does not support {what}.");

    internal AwsAnswer Answer(AwsService service, string requestId) => service == AwsService.Sqs ? Json() : Xml(requestId);

    private AwsAnswer Json()
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("__type", _type);
            json.WriteString("message", Message);
            json.WriteEndObject();
        }

        return new(Status, SqsAnswer.ContentType, buffer.WrittenMemory) { Headers = [new("x-amzn-query-error", $"{Code};{Fault}")] };
    }

    private AwsAnswer Xml(string requestId) => new(Status, SnsAnswer.ContentType, Encoding.UTF8.GetBytes(
        $"""<ErrorResponse xmlns="{SnsAnswer.Namespace}"><Error><Type>{Fault}</Type><Code>{SecurityElement.Escape(Code)}</Code><Message>{SecurityElement.Escape(Message)}</Message></Error><RequestId>{requestId}</RequestId></ErrorResponse>"""));

    private string Fault => Status >= 500 ? "Receiver" : "Sender";
}
