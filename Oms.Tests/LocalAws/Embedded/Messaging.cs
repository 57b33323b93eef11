using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Xml.Linq;
using Microsoft.Extensions.Time.Testing;
using Oms.LocalAws.Embedded.Messaging;
using Oms.LocalAws.Proxy;

namespace Oms.Tests.LocalAws.Embedded;

/// <summary>The messaging engine with a clock that a test turns, spoken to in SQS's JSON and SNS's forms.</summary>
internal sealed class Messaging
{
    public const string Account = "000000000000";

    public Messaging(MessagingChoices? choices = null) => Engine = new MessagingEngine(Clock, choices);

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero));

    public MessagingEngine Engine { get; }

    public static string Url(string queue) => $"http://127.0.0.1:4566/{Account}/{queue}";

    public static string QueueArn(string queue) => $"arn:aws:sqs:us-east-1:{Account}:{queue}";

    public static string TopicArn(string topic) => $"arn:aws:sns:us-east-1:{Account}:{topic}";

    public AwsAnswer TrySqs(string operation, object body)
    {
        using var call = new AwsCall("local", AwsService.Sqs, operation, JsonSerializer.SerializeToUtf8Bytes(body));
        return Engine.Call(call);
    }

    public JsonElement Sqs(string operation, object body)
    {
        var answer = TrySqs(operation, body);
        var text = Encoding.UTF8.GetString(answer.Body.Span);
        Assert.True(answer.Status == 200, text);
        return JsonDocument.Parse(text).RootElement;
    }

    /// <summary>Status, the JSON protocol's type, the query protocol's code, and the message.</summary>
    public (int Status, string Type, string Code, string Message) SqsError(string operation, object body)
    {
        var answer = TrySqs(operation, body);
        var json = JsonDocument.Parse(answer.Body).RootElement;
        return (answer.Status, json.GetProperty("__type").GetString()!, answer.Headers.Single(h => h.Key == "x-amzn-query-error").Value, json.GetProperty("message").GetString()!);
    }

    public AwsAnswer TrySns(string action, params (string Name, string Value)[] parameters)
    {
        var form = string.Join('&', parameters.Prepend(("Version", "2010-03-31")).Prepend(("Action", action)).Select(p => $"{Uri.EscapeDataString(p.Item1)}={Uri.EscapeDataString(p.Item2)}"));
        using var call = new AwsCall("local", AwsService.Sns, action, Encoding.UTF8.GetBytes(form));
        return Engine.Call(call);
    }

    public XElement Sns(string action, params (string Name, string Value)[] parameters)
    {
        var answer = TrySns(action, parameters);
        var text = Encoding.UTF8.GetString(answer.Body.Span);
        Assert.True(answer.Status == 200, text);
        var xml = XElement.Parse(text);
        Assert.Equal(XName.Get($"{action}Response", "http://sns.amazonaws.com/doc/2010-03-31/"), xml.Name);
        return xml;
    }

    public (int Status, string Type, string Code, string Message) SnsError(string action, params (string Name, string Value)[] parameters)
    {
        var answer = TrySns(action, parameters);
        var xml = XElement.Parse(Encoding.UTF8.GetString(answer.Body.Span));
        string Value(string name) => xml.Descendants().Single(e => e.Name.LocalName == name).Value;
        return (answer.Status, Value("Type"), Value("Code"), Value("Message"));
    }

    public void CreateQueue(string name, object? attributes = null) =>
        Sqs("CreateQueue", attributes is null ? new { QueueName = name } : new { QueueName = name, Attributes = attributes });

    public string Send(string queue, string body, int? delay = null) =>
        Sqs("SendMessage", delay is null ? new { QueueUrl = Url(queue), MessageBody = body } : new { QueueUrl = Url(queue), MessageBody = body, DelaySeconds = delay })
            .GetProperty("MessageId").GetString()!;

    public IReadOnlyList<JsonElement> Receive(string queue, int most = 10, int? visibility = null)
    {
        string[] all = ["All"];
        var answer = visibility is null
            ? Sqs("ReceiveMessage", new { QueueUrl = Url(queue), MaxNumberOfMessages = most, MessageSystemAttributeNames = all, MessageAttributeNames = all })
            : Sqs("ReceiveMessage", new { QueueUrl = Url(queue), MaxNumberOfMessages = most, MessageSystemAttributeNames = all, MessageAttributeNames = all, VisibilityTimeout = visibility });
        return answer.TryGetProperty("Messages", out var messages) ? [.. messages.EnumerateArray()] : [];
    }

    public IReadOnlyList<string> ReceiveBodies(string queue) => [.. Receive(queue).Select(m => m.GetProperty("Body").GetString()!)];

    public string Attribute(string queue, string name) =>
        Sqs("GetQueueAttributes", new { QueueUrl = Url(queue), AttributeNames = new[] { name } }).GetProperty("Attributes").GetProperty(name).GetString()!;

    public string CreateTopic(string name) => Text(Sns("CreateTopic", ("Name", name)), "TopicArn");

    public string Subscribe(string topic, string queue, params (string Name, string Value)[] attributes) => Text(
        Sns("Subscribe",
        [
            ("TopicArn", TopicArn(topic)), ("Protocol", "sqs"), ("Endpoint", QueueArn(queue)),
            .. attributes.SelectMany((a, i) => new[] { ($"Attributes.entry.{i + 1}.key", a.Name), ($"Attributes.entry.{i + 1}.value", a.Value) }),
        ]),
        "SubscriptionArn");

    public string Publish(string topic, string message, params (string Name, string Type, string Value)[] attributes) => Text(
        Sns("Publish", [("TopicArn", TopicArn(topic)), ("Message", message), .. attributes.SelectMany((a, i) => Parameters(a, string.Create(CultureInfo.InvariantCulture, $"MessageAttributes.entry.{i + 1}.")))]),
        "MessageId");

    public static string Text(XElement xml, string name) => xml.Descendants().Single(e => e.Name.LocalName == name).Value;

    private static (string, string)[] Parameters((string Name, string Type, string Value) attribute, string prefix) =>
        [(prefix + "Name", attribute.Name), (prefix + "Value.DataType", attribute.Type), (prefix + (attribute.Type.StartsWith("Binary", StringComparison.Ordinal) ? "Value.BinaryValue" : "Value.StringValue"), attribute.Value)];
}
