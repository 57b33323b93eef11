using System.Globalization;
using System.Text.Json;
using Oms.LocalAws.Embedded.Messaging;

namespace Oms.Tests.LocalAws.Embedded;

/// <summary>Messages in queues, by https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/ and the developer guide beside it.</summary>
public sealed class SqsMessageTests
{
    private readonly Messaging _aws = new();

    public SqsMessageTests() => _aws.CreateQueue("q", new { VisibilityTimeout = "30" });

    // The example of API_SendMessage.html and API_ReceiveMessage.html; the sums are those that the SDKs check.
    [Fact]
    public void A_message_is_received_with_its_checksums_and_attributes()
    {
        var sent = _aws.Sqs("SendMessage", new
        {
            QueueUrl = Messaging.Url("q"),
            MessageBody = "This is a test message",
            MessageAttributes = new Dictionary<string, object>(StringComparer.Ordinal)
            {
                ["my_attribute_name_1"] = new { DataType = "String", StringValue = "my_attribute_value_1" },
                ["my_attribute_name_2"] = new { DataType = "String", StringValue = "my_attribute_value_2" },
            },
        });
        Assert.Equal("fafb00f5732ab283681e124bf8747ed1", sent.GetProperty("MD5OfMessageBody").GetString());
        var message = Assert.Single(_aws.Receive("q"));
        Assert.Equal(sent.GetProperty("MessageId").GetString(), message.GetProperty("MessageId").GetString());
        Assert.Equal("This is a test message", message.GetProperty("Body").GetString());
        Assert.Equal("fafb00f5732ab283681e124bf8747ed1", message.GetProperty("MD5OfBody").GetString());
        Assert.Equal(sent.GetProperty("MD5OfMessageAttributes").GetString(), message.GetProperty("MD5OfMessageAttributes").GetString());
        Assert.Equal("my_attribute_value_2", message.GetProperty("MessageAttributes").GetProperty("my_attribute_name_2").GetProperty("StringValue").GetString());
        var system = message.GetProperty("Attributes");
        Assert.Equal("1", system.GetProperty("ApproximateReceiveCount").GetString());
        Assert.Equal(_aws.Clock.GetUtcNow().ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture), system.GetProperty("SentTimestamp").GetString());
    }

    // botocore's own example of the sum: tests/unit/test_sqs.py of boto, and the SDKs' test vectors use the same algorithm.
    [Fact]
    public void The_sum_of_attributes_is_over_names_types_and_values_in_order()
    {
        var attributes = new SortedDictionary<string, MessageAttribute>(StringComparer.Ordinal) { ["timestamp"] = new("Number", "1493147359900") };
        Assert.Equal("235c5c510d26fb653d073faed50ae77c", MessageAttribute.Md5(attributes));
    }

    [Fact]
    public void A_received_message_is_hidden_until_its_visibility_time_out_ends()
    {
        _aws.Send("q", "m");
        Assert.Single(_aws.Receive("q"));
        Assert.Empty(_aws.Receive("q"));
        Assert.Equal(_aws.Clock.GetUtcNow().AddSeconds(30), _aws.Engine.NextDue);
        _aws.Clock.Advance(TimeSpan.FromSeconds(30));
        var again = Assert.Single(_aws.Receive("q"));
        Assert.Equal("2", again.GetProperty("Attributes").GetProperty("ApproximateReceiveCount").GetString());
    }

    [Fact]
    public void Only_the_handle_of_the_last_receive_deletes_and_an_older_one_is_no_error()
    {
        _aws.Send("q", "m");
        var first = Handle(_aws.Receive("q", visibility: 0)[0]);
        var second = Handle(_aws.Receive("q")[0]);
        _aws.Sqs("DeleteMessage", new { QueueUrl = Messaging.Url("q"), ReceiptHandle = first });
        Assert.Single(_aws.Engine.Messages("q"));
        _aws.Sqs("DeleteMessage", new { QueueUrl = Messaging.Url("q"), ReceiptHandle = second });
        Assert.Empty(_aws.Engine.Messages("q"));
        _aws.Sqs("DeleteMessage", new { QueueUrl = Messaging.Url("q"), ReceiptHandle = second });
    }

    [Fact]
    public void A_message_that_was_received_too_often_is_a_dead_letter_with_its_age_and_count()
    {
        _aws.CreateQueue("q-dlq");
        _aws.Sqs("SetQueueAttributes", new { QueueUrl = Messaging.Url("q"), Attributes = new { RedrivePolicy = $$"""{"deadLetterTargetArn":"{{Messaging.QueueArn("q-dlq")}}","maxReceiveCount":"2"}""" } });
        var id = _aws.Send("q", "poison");
        for (var i = 0; i < 2; i++)
        {
            Assert.Single(_aws.Receive("q"));
            _aws.Clock.Advance(TimeSpan.FromSeconds(31));
        }

        Assert.Empty(_aws.Receive("q"));
        var dead = Assert.Single(_aws.Receive("q-dlq"));
        Assert.Equal((id, "3", Messaging.QueueArn("q")), (dead.GetProperty("MessageId").GetString(), dead.GetProperty("Attributes").GetProperty("ApproximateReceiveCount").GetString(), dead.GetProperty("Attributes").GetProperty("DeadLetterQueueSourceArn").GetString()));
    }

    [Fact]
    public void Delays_of_queue_and_message_hide_it_at_first()
    {
        _aws.CreateQueue("slow", new { DelaySeconds = "5" });
        _aws.Send("slow", "by queue");
        _aws.Send("slow", "at once", delay: 0);
        _aws.Send("slow", "by itself", delay: 900);
        Assert.Equal(["at once"], _aws.ReceiveBodies("slow"));
        Assert.Equal(("0", "2", "1"), (_aws.Attribute("slow", "ApproximateNumberOfMessages"), _aws.Attribute("slow", "ApproximateNumberOfMessagesDelayed"), _aws.Attribute("slow", "ApproximateNumberOfMessagesNotVisible")));
        _aws.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(["by queue"], _aws.ReceiveBodies("slow"));
    }

    [Fact]
    public void ChangeMessageVisibility_shows_hides_longer_and_minds_who_holds_the_message()
    {
        _aws.Send("q", "m");
        var handle = Handle(_aws.Receive("q")[0]);
        Change(handle, 100);
        _aws.Clock.Advance(TimeSpan.FromSeconds(99));
        Assert.Empty(_aws.Receive("q"));
        Change(handle, 0);
        Assert.Equal(
            (400, "com.amazonaws.sqs#MessageNotInflight", "AWS.SimpleQueueService.MessageNotInflight;Sender"),
            Without(_aws.SqsError("ChangeMessageVisibility", new { QueueUrl = Messaging.Url("q"), ReceiptHandle = handle, VisibilityTimeout = 1 })));
        Assert.Single(_aws.Receive("q"));
        Assert.Equal(
            (400, "com.amazon.coral.service#InvalidParameterValueException", "InvalidParameterValue;Sender"),
            Without(_aws.SqsError("ChangeMessageVisibility", new { QueueUrl = Messaging.Url("q"), ReceiptHandle = handle, VisibilityTimeout = 1 })));
    }

    [Fact]
    public void A_handle_that_was_never_given_or_is_another_queue_s_is_invalid()
    {
        _aws.CreateQueue("other");
        _aws.Send("other", "m");
        foreach (var handle in new[] { "AQEB", Handle(_aws.Receive("other")[0]) })
        {
            Assert.Equal(
                (404, "com.amazonaws.sqs#ReceiptHandleIsInvalid", "ReceiptHandleIsInvalid;Sender"),
                Without(_aws.SqsError("DeleteMessage", new { QueueUrl = Messaging.Url("q"), ReceiptHandle = handle })));
        }
    }

    [Fact]
    public void A_batch_tells_of_each_entry_and_a_broken_batch_does_nothing()
    {
        var answer = _aws.Sqs("SendMessageBatch", new { QueueUrl = Messaging.Url("q"), Entries = new object[] { new { Id = "a", MessageBody = "one" }, new { Id = "b", MessageBody = "\u0001" } } });
        Assert.Equal("a", answer.GetProperty("Successful")[0].GetProperty("Id").GetString());
        var failed = answer.GetProperty("Failed")[0];
        Assert.Equal(("b", "InvalidMessageContents", true), (failed.GetProperty("Id").GetString(), failed.GetProperty("Code").GetString(), failed.GetProperty("SenderFault").GetBoolean()));

        foreach (var (name, entries) in new (string, object[])[]
        {
            ("EmptyBatchRequest", []),
            ("TooManyEntriesInBatchRequest", [.. Enumerable.Range(0, 11).Select(i => new { Id = $"{i}", MessageBody = "m" })]),
            ("InvalidBatchEntryId", [new { Id = "a b", MessageBody = "m" }]),
            ("BatchEntryIdsNotDistinct", [new { Id = "a", MessageBody = "m" }, new { Id = "a", MessageBody = "m" }]),
            ("BatchRequestTooLong", [new { Id = "a", MessageBody = new string('x', 700_000) }, new { Id = "b", MessageBody = new string('x', 700_000) }]),
        })
        {
            Assert.Equal((400, $"com.amazonaws.sqs#{name}", $"AWS.SimpleQueueService.{name};Sender"), Without(_aws.SqsError("SendMessageBatch", new { QueueUrl = Messaging.Url("q"), Entries = entries })));
        }

        Assert.Single(_aws.Engine.Messages("q"));
    }

    [Fact]
    public void What_a_message_may_not_be_is_refused()
    {
        (int, string, string) Refused(object body) => Without(_aws.SqsError("SendMessage", body));
        var url = Messaging.Url("q");
        Assert.Equal((400, "com.amazon.coral.service#MissingRequiredParameterException", "MissingParameter;Sender"), Refused(new { QueueUrl = url, MessageBody = "" }));
        Assert.Equal((400, "com.amazonaws.sqs#InvalidMessageContents", "InvalidMessageContents;Sender"), Refused(new { QueueUrl = url, MessageBody = "\u0000" }));
        Assert.Equal((400, "com.amazon.coral.service#InvalidParameterValueException", "InvalidParameterValue;Sender"), Refused(new { QueueUrl = url, MessageBody = new string('x', 1_048_577) }));
        Assert.Equal((400, "com.amazon.coral.service#InvalidParameterValueException", "InvalidParameterValue;Sender"), Refused(new { QueueUrl = url, MessageBody = "m", DelaySeconds = 901 }));
        Assert.Equal((400, "com.amazonaws.sqs#QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue;Sender"), Refused(new { QueueUrl = Messaging.Url("nobody"), MessageBody = "m" }));
        Assert.Equal((400, "com.amazonaws.sqs#UnsupportedOperation", "AWS.SimpleQueueService.UnsupportedOperation;Sender"), Refused(new { QueueUrl = url, MessageBody = "m", MessageGroupId = "g" }));
        Assert.Contains("MessageGroupId of SendMessage", _aws.SqsError("SendMessage", new { QueueUrl = url, MessageBody = "m", MessageGroupId = "g" }).Message, StringComparison.Ordinal);
        Assert.Contains("the operation AddPermission", _aws.SqsError("AddPermission", new { QueueUrl = url }).Message, StringComparison.Ordinal);
    }

    // sqs-message-metadata.html: a value in the field of another type is not looked at.
    [Fact]
    public void A_binary_attribute_with_a_text_beside_it_has_its_binary_value()
    {
        _aws.Sqs("SendMessage", new { QueueUrl = Messaging.Url("q"), MessageBody = "m", MessageAttributes = new { a = new { DataType = "Binary", BinaryValue = "AQID", StringValue = "no Base64!" }, b = new { DataType = "String", BinaryValue = "AQID", StringValue = "text" } } });
        var attributes = Assert.Single(_aws.Receive("q")).GetProperty("MessageAttributes");
        Assert.Equal(("AQID", "text"), (attributes.GetProperty("a").GetProperty("BinaryValue").GetString(), attributes.GetProperty("b").GetProperty("StringValue").GetString()));
    }

    // API_SendMessageBatch.html: the sum of all messages, whose size is body and attributes together.
    [Fact]
    public void Attributes_count_for_the_size_of_a_batch()
    {
        static object Entry(string id, int bytes) => new { Id = id, MessageBody = "m", MessageAttributes = new { a = new { DataType = "String", StringValue = new string('x', bytes) } } };
        const int besides = 1 + 1 + 6; // body, name and type
        const int most = 1_048_576;
        Assert.Equal(
            "AWS.SimpleQueueService.BatchRequestTooLong;Sender",
            _aws.SqsError("SendMessageBatch", new { QueueUrl = Messaging.Url("q"), Entries = new[] { Entry("1", 500_000), Entry("2", most - 500_000 - (2 * besides) + 1) } }).Code);
        Assert.Empty(_aws.Engine.Messages("q"));
        _aws.Sqs("SendMessageBatch", new { QueueUrl = Messaging.Url("q"), Entries = new[] { Entry("1", 500_000), Entry("2", most - 500_000 - (2 * besides)) } });
        Assert.Equal(2, _aws.Engine.Messages("q").Count);
    }

    [Fact]
    public void A_message_is_gone_when_its_retention_period_ends()
    {
        _aws.CreateQueue("short", new { MessageRetentionPeriod = "60" });
        _aws.Send("short", "m");
        _aws.Clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Single(_aws.Receive("short", visibility: 0));
        _aws.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(_aws.Receive("short"));
    }

    // API_StartMessageMoveTask.html: a redriven message is a new one.
    [Fact]
    public void Dead_letters_are_moved_back_to_the_queues_that_they_came_from()
    {
        _aws.CreateQueue("q-dlq");
        Assert.Equal("InvalidParameterValue;Sender", _aws.SqsError("StartMessageMoveTask", new { SourceArn = Messaging.QueueArn("q-dlq") }).Code);
        _aws.Sqs("SetQueueAttributes", new { QueueUrl = Messaging.Url("q"), Attributes = new { RedrivePolicy = $$"""{"deadLetterTargetArn":"{{Messaging.QueueArn("q-dlq")}}","maxReceiveCount":1}""" } });
        Assert.Equal([Messaging.Url("q")], _aws.Sqs("ListDeadLetterSourceQueues", new { QueueUrl = Messaging.Url("q-dlq") }).GetProperty("queueUrls").EnumerateArray().Select(u => u.GetString()));
        var id = _aws.Send("q", "m");
        _aws.Receive("q", visibility: 0);
        Assert.Empty(_aws.Receive("q"));
        Assert.Single(_aws.Engine.Messages("q-dlq"));

        _aws.Sqs("StartMessageMoveTask", new { SourceArn = Messaging.QueueArn("q-dlq") });
        Assert.Empty(_aws.Engine.Messages("q-dlq"));
        var back = Assert.Single(_aws.Receive("q"));
        Assert.NotEqual(id, back.GetProperty("MessageId").GetString());
        Assert.Equal("1", back.GetProperty("Attributes").GetProperty("ApproximateReceiveCount").GetString());
        var task = _aws.Sqs("ListMessageMoveTasks", new { SourceArn = Messaging.QueueArn("q-dlq") }).GetProperty("Results")[0];
        Assert.Equal(("COMPLETED", 1), (task.GetProperty("Status").GetString(), task.GetProperty("ApproximateNumberOfMessagesMoved").GetInt32()));
    }

    [Fact]
    public void A_simulation_may_take_messages_in_another_order_and_twice()
    {
        var aws = new Messaging(new Contrary());
        aws.CreateQueue("q");
        aws.Send("q", "first");
        aws.Send("q", "second");
        Assert.Equal(["second", "second", "first", "first"], aws.ReceiveBodies("q"));
    }

    private static (int Status, string Type, string Code) Without((int Status, string Type, string Code, string Message) error) => (error.Status, error.Type, error.Code);

    private static string Handle(JsonElement message) => message.GetProperty("ReceiptHandle").GetString()!;

    private void Change(string handle, int seconds) => _aws.Sqs("ChangeMessageVisibility", new { QueueUrl = Messaging.Url("q"), ReceiptHandle = handle, VisibilityTimeout = seconds });

    private sealed class Contrary : MessagingChoices
    {
        public override int Copies(string topic, string queue, string messageId) => 2;

        public override int PickNext(string queue, int visible) => visible - 1;
    }
}
