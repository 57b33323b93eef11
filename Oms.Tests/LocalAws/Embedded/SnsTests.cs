using System.Text.Json;
using Oms.LocalAws.Embedded.Messaging;

namespace Oms.Tests.LocalAws.Embedded;

/// <summary>Topics, subscriptions and delivery, by https://docs.aws.amazon.com/sns/latest/api/ and the developer guide beside it.</summary>
public sealed class SnsTests
{
    private readonly Messaging _aws = new();

    public SnsTests()
    {
        _aws.CreateQueue("q");
        _aws.CreateTopic("t");
    }

    // sns-large-payload-raw-message-delivery.html: the message itself, its attributes as those of SQS.
    [Fact]
    public void A_raw_subscription_gets_the_message_and_its_attributes()
    {
        _aws.Subscribe("t", "q", ("RawMessageDelivery", "true"));
        _aws.Publish("t", "{\"a\":1}", ("type", "String", "order.placed.v1"), ("raw", "Binary", "AQID"));
        var message = Assert.Single(_aws.Receive("q"));
        Assert.Equal("{\"a\":1}", message.GetProperty("Body").GetString());
        Assert.Equal("order.placed.v1", message.GetProperty("MessageAttributes").GetProperty("type").GetProperty("StringValue").GetString());
        Assert.Equal("AQID", message.GetProperty("MessageAttributes").GetProperty("raw").GetProperty("BinaryValue").GetString());
    }

    // sns-sqs-as-subscriber.html: the properties of the envelope.
    [Fact]
    public void Any_other_subscription_gets_an_envelope()
    {
        var subscription = _aws.Subscribe("t", "q");
        var id = _aws.Publish("t", "Hello World! <&>", ("store", "String.Array", "[\"example_corp\"]"));
        var message = Assert.Single(_aws.Receive("q"));
        Assert.False(message.TryGetProperty("MessageAttributes", out _));
        var envelope = JsonDocument.Parse(message.GetProperty("Body").GetString()!).RootElement;
        Assert.Equal(
            ["Type", "MessageId", "TopicArn", "Message", "Timestamp", "SignatureVersion", "Signature", "SigningCertURL", "UnsubscribeURL", "MessageAttributes"],
            envelope.EnumerateObject().Select(p => p.Name));
        Assert.Equal(
            ("Notification", id, Messaging.TopicArn("t"), "Hello World! <&>", "2026-11-22T10:00:00.000Z"),
            (Text("Type"), Text("MessageId"), Text("TopicArn"), Text("Message"), Text("Timestamp")));
        Assert.EndsWith("SubscriptionArn=" + subscription, Text("UnsubscribeURL"), StringComparison.Ordinal);
        Assert.Equal("""{"Type":"String.Array","Value":"[\"example_corp\"]"}""", envelope.GetProperty("MessageAttributes").GetProperty("store").GetRawText());
        string Text(string name) => envelope.GetProperty(name).GetString()!;
    }

    // The policies and attributes of example-filter-policies.html and string-value-matching.html, attribute-key-matching.html, numeric-value-matching.html.
    [Theory]
    [InlineData("""{"store":["example_corp"]}""", true)]
    [InlineData("""{"store":["another"]}""", false)]
    [InlineData("""{"store":["example_corp"],"encrypted":[{"exists":false}]}""", true)]
    [InlineData("""{"encrypted":[{"exists":true}]}""", false)]
    [InlineData("""{"event":[{"anything-but":"order_cancelled"}]}""", true)]
    [InlineData("""{"event":[{"anything-but":["order_placed"]}]}""", false)]
    [InlineData("""{"missing":[{"anything-but":"x"}]}""", false)]
    [InlineData("""{"event":[{"prefix":"order_"}]}""", true)]
    [InlineData("""{"event":[{"suffix":"_cancelled"}]}""", false)]
    [InlineData("""{"customer_interests":["soccer","rugby","hockey"]}""", true)]
    [InlineData("""{"customer_interests":["baseball"]}""", false)]
    [InlineData("""{"price_usd":[{"numeric":[">=",100]}]}""", true)]
    [InlineData("""{"price_usd":[{"numeric":[">",0,"<",100]}]}""", false)]
    [InlineData("""{"price_usd":[210.75]}""", true)]
    [InlineData("""{"$or":[{"store":["another"]},{"event":["order_placed"]}]}""", true)]
    [InlineData("""{"$or":[{"store":["another"]},{"event":["order_cancelled"]}]}""", false)]
    public void A_filter_policy_decides_by_the_message_attributes(string policy, bool arrives)
    {
        _aws.Subscribe("t", "q", ("FilterPolicy", policy));
        _aws.Publish(
            "t", "m", ("store", "String", "example_corp"), ("event", "String", "order_placed"),
            ("customer_interests", "String.Array", """["soccer","rugby","hockey"]"""), ("price_usd", "Number", "210.75"));
        Assert.Equal(arrives, _aws.Engine.Messages("q").Count == 1);
    }

    // sns-message-filtering-scope.html.
    [Theory]
    [InlineData("""{"order":{"state":["placed"]}}""", """{"order":{"state":"placed"}}""", true)]
    [InlineData("""{"order":{"state":["placed"]}}""", """{"order":{"state":"paid"}}""", false)]
    [InlineData("""{"order":{"state":["placed"]}}""", "not JSON", false)]
    public void A_policy_of_the_scope_MessageBody_decides_by_the_message(string policy, string message, bool arrives)
    {
        _aws.Subscribe("t", "q", ("FilterPolicy", policy), ("FilterPolicyScope", "MessageBody"));
        _aws.Publish("t", message, ("order", "String", "placed"));
        Assert.Equal(arrives, _aws.Engine.Messages("q").Count == 1);
    }

    [Theory]
    [InlineData("FilterPolicy", "{", "Invalid parameter: FilterPolicy: failed to parse JSON.")]
    [InlineData("FilterPolicy", """{"a":[{"cidr":"10.0.0.0/24"}]}""", "the operator 'cidr'")]
    [InlineData("FilterPolicy", """{"a":{"b":["c"]}}""", "Filter policy scope MessageAttributes does not support nested filter policy")]
    [InlineData("FilterPolicy", """{"a":["1"],"b":["1"],"c":["1"],"d":["1"],"e":["1"],"f":["1"]}""", "can not have more than 5 keys")]
    [InlineData("FilterPolicyScope", "Headers", "FilterPolicyScope: Invalid value [Headers]")]
    [InlineData("RawMessageDelivery", "yes", "RawMessageDelivery: Invalid value [yes]")]
    [InlineData("RedrivePolicy", "{}", "RedrivePolicy")]
    [InlineData("Nonsense", "1", "Invalid parameter: AttributeName")]
    public void A_subscription_that_cannot_be_understood_is_refused(string attribute, string value, string message)
    {
        var (status, type, code, said) = _aws.SnsError(
            "Subscribe", ("TopicArn", Messaging.TopicArn("t")), ("Protocol", "sqs"), ("Endpoint", Messaging.QueueArn("q")), ("Attributes.entry.1.key", attribute), ("Attributes.entry.1.value", value));
        Assert.Equal((400, "Sender", "InvalidParameter"), (status, type, code));
        Assert.Contains(message, said, StringComparison.Ordinal);
    }

    [Fact]
    public void What_this_SNS_cannot_do_is_refused_by_name()
    {
        Assert.Contains("the protocol lambda", _aws.SnsError("Subscribe", ("TopicArn", Messaging.TopicArn("t")), ("Protocol", "lambda"), ("Endpoint", "arn:aws:lambda:x")).Message, StringComparison.Ordinal);
        Assert.Contains("the parameter MessageStructure of Publish", _aws.SnsError("Publish", ("TopicArn", Messaging.TopicArn("t")), ("Message", "m"), ("MessageStructure", "json")).Message, StringComparison.Ordinal);
        Assert.Contains("the operation CreatePlatformEndpoint", _aws.SnsError("CreatePlatformEndpoint").Message, StringComparison.Ordinal);
        Assert.Contains("FIFO topics", _aws.SnsError("CreateTopic", ("Name", "t.fifo")).Message, StringComparison.Ordinal);
    }

    // API_Subscribe.html, API_SetSubscriptionAttributes.html, API_Unsubscribe.html.
    [Fact]
    public void A_subscription_exists_once_changes_and_ends()
    {
        var arn = _aws.Subscribe("t", "q", ("RawMessageDelivery", "true"));
        Assert.Equal(arn, _aws.Subscribe("t", "q", ("RawMessageDelivery", "true")));
        Assert.Contains(
            "Subscription already exists with different attributes",
            _aws.SnsError("Subscribe", ("TopicArn", Messaging.TopicArn("t")), ("Protocol", "sqs"), ("Endpoint", Messaging.QueueArn("q")), ("Attributes.entry.1.key", "RawMessageDelivery"), ("Attributes.entry.1.value", "false")).Message,
            StringComparison.Ordinal);
        const string policy = """{ "type": ["a"] }""";
        _aws.Sns("SetSubscriptionAttributes", ("SubscriptionArn", arn), ("AttributeName", "FilterPolicy"), ("AttributeValue", policy));
        var attributes = _aws.Sns("GetSubscriptionAttributes", ("SubscriptionArn", arn)).Descendants().Where(e => e.Name.LocalName == "entry")
            .ToDictionary(e => Messaging.Text(e, "key"), e => Messaging.Text(e, "value"), StringComparer.Ordinal);
        Assert.Equal(("true", policy, "MessageAttributes", "sqs"), (attributes["RawMessageDelivery"], attributes["FilterPolicy"], attributes["FilterPolicyScope"], attributes["Protocol"]));
        Assert.Equal(arn, Messaging.Text(_aws.Sns("ListSubscriptionsByTopic", ("TopicArn", Messaging.TopicArn("t"))), "SubscriptionArn"));
        Assert.Equal(arn, Messaging.Text(_aws.Sns("ListSubscriptions"), "SubscriptionArn"));
        _aws.Sns("Unsubscribe", ("SubscriptionArn", arn));
        _aws.Publish("t", "m");
        Assert.Empty(_aws.Engine.Messages("q"));
        Assert.Equal((404, "NotFound", "Subscription does not exist"), Brief(_aws.SnsError("GetSubscriptionAttributes", ("SubscriptionArn", arn))));
    }

    [Fact]
    public void Topics_are_listed_a_hundred_at_a_time()
    {
        for (var i = 0; i < 100; i++) _aws.CreateTopic($"x-{i:D3}");
        var first = _aws.Sns("ListTopics");
        Assert.Equal(100, first.Descendants().Count(e => e.Name.LocalName == "TopicArn"));
        var second = _aws.Sns("ListTopics", ("NextToken", Messaging.Text(first, "NextToken")));
        Assert.Equal(Messaging.TopicArn("x-099"), Messaging.Text(second, "TopicArn"));
        Assert.Equal("1", Attribute(_aws.Subscribe("t", "q")[..^37]));
        string Attribute(string topic) => _aws.Sns("GetTopicAttributes", ("TopicArn", topic)).Descendants().Single(e => e.Name.LocalName == "entry" && Messaging.Text(e, "key") == "SubscriptionsConfirmed").Elements().Last().Value;
    }

    // API_Publish.html and API_PublishBatch.html, their errors.
    [Fact]
    public void What_cannot_be_published_is_refused()
    {
        Assert.Equal((404, "NotFound", "Topic does not exist"), Brief(_aws.SnsError("Publish", ("TopicArn", Messaging.TopicArn("none")), ("Message", "m"))));
        Assert.Equal((400, "InvalidParameter", "Invalid parameter: Empty message"), Brief(_aws.SnsError("Publish", ("TopicArn", Messaging.TopicArn("t")), ("Message", ""))));
        Assert.Equal((400, "InvalidParameter", "Invalid parameter: Message too long"), Brief(_aws.SnsError("Publish", ("TopicArn", Messaging.TopicArn("t")), ("Message", new string('x', 262_145)))));
        Assert.Equal(
            (400, "ParameterValueInvalid", "The message attribute 'a' must contain non-empty message attribute value for message attribute type 'String'."),
            Brief(_aws.SnsError("Publish", ("TopicArn", Messaging.TopicArn("t")), ("Message", "m"), ("MessageAttributes.entry.1.Name", "a"), ("MessageAttributes.entry.1.Value.DataType", "String"), ("MessageAttributes.entry.1.Value.StringValue", ""))));
    }

    [Fact]
    public void A_batch_tells_of_each_entry_and_a_broken_batch_publishes_nothing()
    {
        _aws.Subscribe("t", "q", ("RawMessageDelivery", "true"));
        var answer = _aws.Sns("PublishBatch", Batch(("1", "one"), ("2", ""), ("3", "three")));
        Assert.Equal(["1", "3"], answer.Descendants().Single(e => e.Name.LocalName == "Successful").Elements().Select(m => Messaging.Text(m, "Id")));
        var failed = Assert.Single(answer.Descendants().Single(e => e.Name.LocalName == "Failed").Elements());
        Assert.Equal(("2", "InvalidParameter", "true"), (Messaging.Text(failed, "Id"), Messaging.Text(failed, "Code"), Messaging.Text(failed, "SenderFault")));
        Assert.Equal(["one", "three"], _aws.ReceiveBodies("q"));

        Assert.Equal("EmptyBatchRequest", _aws.SnsError("PublishBatch", ("TopicArn", Messaging.TopicArn("t")), ("PublishBatchRequestEntries", "")).Code);
        Assert.Equal("TooManyEntriesInBatchRequest", _aws.SnsError("PublishBatch", Batch([.. Enumerable.Range(0, 11).Select(i => ($"{i}", "m"))])).Code);
        Assert.Equal("BatchEntryIdsNotDistinct", _aws.SnsError("PublishBatch", Batch(("1", "m"), ("1", "m"))).Code);
        Assert.Equal("BatchRequestTooLong", _aws.SnsError("PublishBatch", Batch(("1", new string('x', 200_000)), ("2", new string('x', 200_000)))).Code);
        Assert.Equal(2, _aws.Engine.Messages("q").Count);
    }

    // API_PublishBatch.html: the sum of all messages, whose size is message and attributes together.
    [Fact]
    public void Attributes_count_for_the_size_of_a_batch()
    {
        (string, string)[] Entries(int bytes) =>
        [
            .. Batch(("1", new string('x', 200_000)), ("2", "m")),
            ("PublishBatchRequestEntries.member.2.MessageAttributes.entry.1.Name", "a"),
            ("PublishBatchRequestEntries.member.2.MessageAttributes.entry.1.Value.DataType", "String"),
            ("PublishBatchRequestEntries.member.2.MessageAttributes.entry.1.Value.StringValue", new string('x', bytes)),
        ];
        const int rest = 262_144 - 200_000 - 1 - 1 - 6;
        _aws.Sns("PublishBatch", Entries(rest));
        Assert.Equal("BatchRequestTooLong", _aws.SnsError("PublishBatch", Entries(rest + 1)).Code);
    }

    // sns-message-filtering-scope.html: nested policies are for the message's body.
    [Fact]
    public void A_scope_that_the_filter_policy_does_not_fit_is_refused()
    {
        var subscription = _aws.Subscribe("t", "q", ("RawMessageDelivery", "true"), ("FilterPolicyScope", "MessageBody"), ("FilterPolicy", """{"order":{"state":["placed"]}}"""));
        Assert.Equal(
            (400, "InvalidParameter", "Invalid parameter: Filter policy scope MessageAttributes does not support nested filter policy"),
            Brief(_aws.SnsError("SetSubscriptionAttributes", ("SubscriptionArn", subscription), ("AttributeName", "FilterPolicyScope"), ("AttributeValue", "MessageAttributes"))));
        _aws.Publish("t", """{"order":{"state":"placed"}}""");
        _aws.Publish("t", """{"order":{"state":"\ud800"}}""");
        Assert.Single(_aws.Receive("q"));
    }

    // sns-message-delivery-retries.html: AWS managed endpoints; 100,015 attempts over 23 days.
    [Fact]
    public void A_failing_delivery_is_tried_again_by_the_policy_and_then_a_dead_letter()
    {
        var choices = new Choices { Fails = _ => true };
        var aws = Subscribed(choices);
        aws.Publish("t", "m");
        Assert.Equal(3, choices.Attempts);
        for (var i = 0; i < 2; i++) Step(aws, TimeSpan.FromSeconds(1));
        Assert.Equal(5, choices.Attempts);
        var backoff = Enumerable.Range(0, 10).Select(_ => Step(aws)).ToList();
        Assert.Equal((TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(20)), (backoff[0], backoff[^1]));
        Assert.Equal(backoff.Order(), backoff);
        Assert.Equal(15, choices.Attempts);
        for (var i = 0; i < 100_000; i++) Step(aws, TimeSpan.FromSeconds(20));
        Assert.Equal(100_015, choices.Attempts);
        Assert.Null(aws.Engine.NextDue);
        Assert.Empty(aws.Engine.Messages("q"));
        Assert.Equal("m", Assert.Single(aws.Engine.Messages("dead")).Body);
    }

    [Fact]
    public void A_delivery_that_works_again_arrives()
    {
        var aws = Subscribed(new Choices { Fails = attempt => attempt < 5 });
        aws.Publish("t", "m");
        Assert.Empty(aws.Engine.Messages("q"));
        aws.Clock.Advance(TimeSpan.FromSeconds(2));
        aws.Engine.Advance();
        Assert.Equal("m", Assert.Single(aws.Engine.Messages("q")).Body);
    }

    // sns-dead-letter-queues.html, client-side errors: no attempt is repeated.
    [Fact]
    public void A_delivery_that_the_client_made_impossible_is_a_dead_letter_at_once()
    {
        var refused = Subscribed(new Choices { IsRefused = true });
        refused.Publish("t", "m");
        Assert.Equal("m", Assert.Single(refused.Engine.Messages("dead")).Body);

        var missing = new Messaging();
        missing.CreateTopic("t");
        missing.CreateQueue("dead");
        missing.Subscribe("t", "nobody", ("RawMessageDelivery", "true"), ("RedrivePolicy", Redrive));
        missing.Publish("t", "m");
        Assert.Equal("m", Assert.Single(missing.Engine.Messages("dead")).Body);

        var many = Subscribed(new Choices());
        many.Publish("t", "m", [.. Enumerable.Range(0, 11).Select(i => ($"a{i}", "String", "x"))]);
        Assert.Empty(many.Engine.Messages("q"));
        Assert.Single(many.Engine.Messages("dead"));
    }

    [Fact]
    public void Deliveries_may_come_late_and_twice()
    {
        var aws = Subscribed(new Choices { Delay = TimeSpan.FromSeconds(3), Times = 2 });
        aws.Publish("t", "m");
        Assert.Empty(aws.Engine.Messages("q"));
        Assert.Equal(aws.Clock.GetUtcNow().AddSeconds(3), aws.Engine.NextDue);
        aws.Clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(["m", "m"], aws.ReceiveBodies("q"));
    }

    [Fact]
    public void The_same_calls_at_the_same_times_make_the_same_answers()
    {
        static string Run()
        {
            var aws = Subscribed(new Choices { Delay = TimeSpan.FromSeconds(1), Times = 2 });
            aws.Publish("t", "m");
            aws.Clock.Advance(TimeSpan.FromSeconds(2));
            return string.Join('\n', aws.Receive("q").Select(m => m.GetRawText()));
        }

        Assert.Equal(Run(), Run());
    }

    private static string Redrive => $$"""{"deadLetterTargetArn":"{{Messaging.QueueArn("dead")}}"}""";

    private static (int, string, string) Brief((int Status, string Type, string Code, string Message) error) => (error.Status, error.Code, error.Message);

    private static (string, string)[] Batch(params (string Id, string Message)[] entries) =>
    [
        ("TopicArn", Messaging.TopicArn("t")),
        .. entries.SelectMany((e, i) => new[] { ($"PublishBatchRequestEntries.member.{i + 1}.Id", e.Id), ($"PublishBatchRequestEntries.member.{i + 1}.Message", e.Message) }),
    ];

    private static Messaging Subscribed(MessagingChoices choices)
    {
        var aws = new Messaging(choices);
        aws.CreateTopic("t");
        aws.CreateQueue("q");
        aws.CreateQueue("dead");
        aws.Subscribe("t", "q", ("RawMessageDelivery", "true"), ("RedrivePolicy", Redrive));
        return aws;
    }

    /// <summary>On to what is due next; how long that took.</summary>
    private static TimeSpan Step(Messaging aws, TimeSpan? expected = null)
    {
        var pause = aws.Engine.NextDue!.Value - aws.Clock.GetUtcNow();
        if (expected is not null && pause != expected) Assert.Fail($"{pause} is not {expected}");
        aws.Clock.Advance(pause);
        aws.Engine.Advance();
        return pause;
    }

    private sealed class Choices : MessagingChoices
    {
        public Func<int, bool> Fails { get; init; } = _ => false;

        public bool IsRefused { get; init; }

        public TimeSpan Delay { get; init; }

        public int Times { get; init; } = 1;

        public int Attempts { get; private set; }

        public override TimeSpan DeliveryDelay(string topic, string queue, string messageId) => Delay;

        public override int Copies(string topic, string queue, string messageId) => topic.Length > 0 ? Times : 1;

        public override bool DeliveryRefused(string topic, string queue, string messageId) => IsRefused;

        public override bool DeliveryFails(string topic, string queue, string messageId, int attempt)
        {
            Attempts = attempt;
            return Fails(attempt);
        }
    }
}
