using System.Text.Json;

namespace Oms.Tests.LocalAws.Embedded;

/// <summary>Queues and their attributes, by https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/.</summary>
public sealed class SqsQueueTests
{
    private readonly Messaging _aws = new();

    // API_CreateQueue.html and API_SetQueueAttributes.html: the defaults of the attributes.
    [Fact]
    public void A_new_queue_has_the_defaults_of_AWS()
    {
        Assert.Equal(Messaging.Url("q"), _aws.Sqs("CreateQueue", new { QueueName = "q" }).GetProperty("QueueUrl").GetString());
        var attributes = Attributes("All");
        Assert.Equal(
            new SortedDictionary<string, string>(StringComparer.Ordinal)
            {
                ["ApproximateNumberOfMessages"] = "0",
                ["ApproximateNumberOfMessagesDelayed"] = "0",
                ["ApproximateNumberOfMessagesNotVisible"] = "0",
                ["CreatedTimestamp"] = $"{_aws.Clock.GetUtcNow().ToUnixTimeSeconds()}",
                ["LastModifiedTimestamp"] = $"{_aws.Clock.GetUtcNow().ToUnixTimeSeconds()}",
                ["QueueArn"] = Messaging.QueueArn("q"),
                ["DelaySeconds"] = "0",
                ["MaximumMessageSize"] = "1048576",
                ["MessageRetentionPeriod"] = "345600",
                ["ReceiveMessageWaitTimeSeconds"] = "0",
                ["VisibilityTimeout"] = "30",
            },
            attributes);
    }

    [Fact]
    public void A_queue_is_made_once_and_other_attributes_are_an_error()
    {
        _aws.CreateQueue("q", new { VisibilityTimeout = "40" });
        _aws.CreateQueue("q", new { VisibilityTimeout = "40" });
        _aws.CreateQueue("q");
        Assert.Equal(
            (400, "com.amazonaws.sqs#QueueNameExists", "QueueAlreadyExists;Sender", "A queue already exists with the same name and a different value for attribute VisibilityTimeout"),
            _aws.SqsError("CreateQueue", new { QueueName = "q", Attributes = new { VisibilityTimeout = "41" } }));
        Assert.Equal("40", _aws.Attribute("q", "VisibilityTimeout"));
    }

    [Theory]
    [InlineData("a b", "InvalidParameterValue;Sender")]
    [InlineData("q.fifo", "AWS.SimpleQueueService.UnsupportedOperation;Sender")]
    [InlineData("", "MissingParameter;Sender")]
    public void A_name_that_no_queue_can_have_is_refused(string name, string code) => Assert.Equal(code, _aws.SqsError("CreateQueue", new { QueueName = name }).Code);

    [Theory]
    [InlineData("VisibilityTimeout", "43201", "InvalidAttributeValue;Sender")]
    [InlineData("DelaySeconds", "901", "InvalidAttributeValue;Sender")]
    [InlineData("MessageRetentionPeriod", "59", "InvalidAttributeValue;Sender")]
    [InlineData("MaximumMessageSize", "1023", "InvalidAttributeValue;Sender")]
    [InlineData("ReceiveMessageWaitTimeSeconds", "21", "InvalidAttributeValue;Sender")]
    [InlineData("RedrivePolicy", "{", "InvalidAttributeValue;Sender")]
    [InlineData("RedrivePolicy", """{"deadLetterTargetArn":null,"maxReceiveCount":3}""", "InvalidParameterValue;Sender")]
    [InlineData("RedrivePolicy", """{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:none","maxReceiveCount":3}""", "InvalidParameterValue;Sender")]
    [InlineData("RedrivePolicy", """{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:q","maxReceiveCount":0}""", "InvalidParameterValue;Sender")]
    [InlineData("Nonsense", "1", "InvalidAttributeName;Sender")]
    [InlineData("KmsMasterKeyId", "alias/aws/sqs", "AWS.SimpleQueueService.UnsupportedOperation;Sender")]
    public void An_attribute_that_cannot_be_set_is_refused_and_changes_nothing(string name, string value, string code)
    {
        _aws.CreateQueue("q");
        var before = Attributes("All");
        Assert.Equal(code, _aws.SqsError("SetQueueAttributes", new { QueueUrl = Messaging.Url("q"), Attributes = new Dictionary<string, string> { ["DelaySeconds"] = "7", [name] = value } }).Code);
        Assert.Equal(before, Attributes("All"));
    }

    [Fact]
    public void A_redrive_policy_is_given_back_in_its_canonical_form_and_taken_away_by_an_empty_one()
    {
        _aws.CreateQueue("dlq");
        _aws.CreateQueue("q", new { RedrivePolicy = $$"""{ "maxReceiveCount": "5", "deadLetterTargetArn": "{{Messaging.QueueArn("dlq")}}" }""" });
        Assert.Equal($$"""{"deadLetterTargetArn":"{{Messaging.QueueArn("dlq")}}","maxReceiveCount":5}""", _aws.Attribute("q", "RedrivePolicy"));
        _aws.Sqs("SetQueueAttributes", new { QueueUrl = Messaging.Url("q"), Attributes = new { RedrivePolicy = "" } });
        Assert.Empty(Attributes("RedrivePolicy"));
        Assert.Empty(Attributes("Policy")); // AWS leaves out what is not set
    }

    [Fact]
    public void Lists_come_in_pages_where_the_caller_says_how_long_they_are()
    {
        foreach (var name in new[] { "a-1", "a-2", "a-3", "b-1" }) _aws.CreateQueue(name);
        Assert.Equal(4, _aws.Sqs("ListQueues", new { }).GetProperty("QueueUrls").GetArrayLength());
        var first = _aws.Sqs("ListQueues", new { QueueNamePrefix = "a", MaxResults = 2 });
        Assert.Equal([Messaging.Url("a-1"), Messaging.Url("a-2")], Urls(first));
        var second = _aws.Sqs("ListQueues", new { QueueNamePrefix = "a", MaxResults = 2, NextToken = first.GetProperty("NextToken").GetString() });
        Assert.Equal([Messaging.Url("a-3")], Urls(second));
        Assert.False(second.TryGetProperty("NextToken", out _));
        Assert.Equal("{}", _aws.Sqs("ListQueues", new { QueueNamePrefix = "z" }).GetRawText());
    }

    [Fact]
    public void A_queue_is_found_by_name_and_by_its_URL_on_any_host()
    {
        _aws.CreateQueue("q");
        Assert.Equal(Messaging.Url("q"), _aws.Sqs("GetQueueUrl", new { QueueName = "q" }).GetProperty("QueueUrl").GetString());
        _aws.Sqs("SendMessage", new { QueueUrl = "https://sqs.us-east-1.amazonaws.com/000000000000/q", MessageBody = "m" });
        foreach (var url in new[] { "http://127.0.0.1:4566/111122223333/q", "q", "http://127.0.0.1:4566/000000000000/other" })
        {
            Assert.Equal("com.amazonaws.sqs#QueueDoesNotExist", _aws.SqsError("GetQueueAttributes", new { QueueUrl = url }).Type);
        }
    }

    [Fact]
    public void Purging_empties_a_queue_once_a_minute()
    {
        _aws.CreateQueue("q");
        _aws.Send("q", "visible");
        _aws.Send("q", "hidden", delay: 10);
        _aws.Sqs("PurgeQueue", new { QueueUrl = Messaging.Url("q") });
        Assert.Empty(_aws.Engine.Messages("q"));
        var again = _aws.SqsError("PurgeQueue", new { QueueUrl = Messaging.Url("q") });
        Assert.Equal((403, "com.amazonaws.sqs#PurgeQueueInProgress"), (again.Status, again.Type));
        _aws.Clock.Advance(TimeSpan.FromMinutes(1));
        _aws.Sqs("PurgeQueue", new { QueueUrl = Messaging.Url("q") });
    }

    [Fact]
    public void Tags_of_the_creation_are_listed()
    {
        _aws.Sqs("CreateQueue", new { QueueName = "q", tags = new { team = "orders" } });
        Assert.Equal("""{"Tags":{"team":"orders"}}""", _aws.Sqs("ListQueueTags", new { QueueUrl = Messaging.Url("q") }).GetRawText());
    }

    private static IEnumerable<string?> Urls(JsonElement answer) => answer.GetProperty("QueueUrls").EnumerateArray().Select(url => url.GetString());

    private SortedDictionary<string, string> Attributes(string name)
    {
        var answer = _aws.Sqs("GetQueueAttributes", new { QueueUrl = Messaging.Url("q"), AttributeNames = new[] { name } });
        return answer.TryGetProperty("Attributes", out var attributes)
            ? new(attributes.EnumerateObject().ToDictionary(a => a.Name, a => a.Value.GetString()!), StringComparer.Ordinal)
            : new(StringComparer.Ordinal);
    }
}
