using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Xml.Linq;
using Microsoft.Extensions.Logging.Abstractions;
using Oms.LocalAws.Embedded;
using Oms.LocalAws.Proxy;

namespace Oms.Tests.LocalAws.Embedded;

/// <summary>
/// What `aws --endpoint-url …` sends, recorded from aws-cli 2.9.19 (Debian 12, SQS in the query protocol) and, for SQS in JSON, as aws-cli 2.13.33
/// and later send it; through LocalAws's door, with credentials that are nobody's.
/// </summary>
public sealed class CommandLineTests : IAsyncLifetime
{
    private const string Queue = "http%3A%2F%2F127.0.0.1%3A4566%2F000000000000%2Forders-inbox";
    private const string Topic = "arn%3Aaws%3Asns%3Aus-east-1%3A000000000000%3Aoms-orders";

    private readonly HttpClient _http = new();
    private EmbeddedServer _backend = null!;
    private AwsProxy _proxy = null!;
    private TestServer _door = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _backend = await EmbeddedServer.StartAsync(new EmbeddedOptions { Port = 0, QueueUrls = new Uri("http://127.0.0.1:4566/") });
        _proxy = new AwsProxy(new AccessPolicy([]), _backend.Url, _backend.Url, TimeProvider.System, NullLogger<AwsProxy>.Instance);
        _door = await TestServer.StartAsync(_proxy.HandleAsync);
        await QueryAsync("sqs", "Action=CreateQueue&Version=2012-11-05&QueueName=orders-inbox-dlq");
        await QueryAsync("sqs", "Action=CreateQueue&Version=2012-11-05&QueueName=orders-inbox&Attribute.1.Name=VisibilityTimeout&Attribute.1.Value=45&Attribute.2.Name=RedrivePolicy&Attribute.2.Value="
            + Uri.EscapeDataString("""{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:orders-inbox-dlq","maxReceiveCount":3}""") + "&Tag.1.Key=team&Tag.1.Value=orders");
        await QueryAsync("sns", "Action=CreateTopic&Version=2010-03-31&Name=oms-orders");
    }

    public async ValueTask DisposeAsync()
    {
        await _door.DisposeAsync();
        _proxy.Dispose();
        await _backend.DisposeAsync();
        _http.Dispose();
    }

    [Fact]
    public async Task Queues_are_listed_found_and_described()
    {
        var queues = await QueryAsync("sqs", "Action=ListQueues&Version=2012-11-05");
        Assert.Equal(XName.Get("ListQueuesResponse", "http://queue.amazonaws.com/doc/2012-11-05/"), queues.Name);
        Assert.Equal(["http://127.0.0.1:4566/000000000000/orders-inbox", "http://127.0.0.1:4566/000000000000/orders-inbox-dlq"], Values(queues, "QueueUrl"));
        Assert.Equal(["http://127.0.0.1:4566/000000000000/orders-inbox"], Values(await QueryAsync("sqs", "Action=GetQueueUrl&Version=2012-11-05&QueueName=orders-inbox"), "QueueUrl"));
        var attributes = (await QueryAsync("sqs", $"Action=GetQueueAttributes&Version=2012-11-05&QueueUrl={Queue}&AttributeName.1=All")).Descendants().Where(e => e.Name.LocalName == "Attribute")
            .ToDictionary(e => Values(e, "Name").Single(), e => Values(e, "Value").Single(), StringComparer.Ordinal);
        Assert.Equal(("45", "0", "arn:aws:sqs:us-east-1:000000000000:orders-inbox"), (attributes["VisibilityTimeout"], attributes["ApproximateNumberOfMessages"], attributes["QueueArn"]));
        Assert.Equal(["http://127.0.0.1:4566/000000000000/orders-inbox"], Values(await QueryAsync("sqs", $"Action=ListDeadLetterSourceQueues&Version=2012-11-05&QueueUrl={Queue}-dlq"), "QueueUrl"));
        Assert.Equal(["team"], Values(await QueryAsync("sqs", $"Action=ListQueueTags&Version=2012-11-05&QueueUrl={Queue}"), "Key"));
    }

    [Fact]
    public async Task Messages_are_sent_received_and_deleted()
    {
        var sent = await QueryAsync("sqs", $"Action=SendMessage&Version=2012-11-05&QueueUrl={Queue}&MessageBody=hello&MessageAttribute.1.Name=type&MessageAttribute.1.Value.DataType=String&MessageAttribute.1.Value.StringValue=t");
        Assert.Equal(["5d41402abc4b2a76b9719d911017c592"], Values(sent, "MD5OfMessageBody"));
        await QueryAsync("sqs", $"Action=SendMessageBatch&Version=2012-11-05&QueueUrl={Queue}&SendMessageBatchRequestEntry.1.Id=a&SendMessageBatchRequestEntry.1.MessageBody=one&SendMessageBatchRequestEntry.2.Id=b&SendMessageBatchRequestEntry.2.MessageBody=two&SendMessageBatchRequestEntry.2.DelaySeconds=10");
        var received = await QueryAsync("sqs", $"Action=ReceiveMessage&Version=2012-11-05&QueueUrl={Queue}&AttributeName.1=All&MessageAttributeName.1=All&MaxNumberOfMessages=10&WaitTimeSeconds=0");
        Assert.Equal(["hello", "one"], Values(received, "Body"));
        var message = received.Descendants().First(e => e.Name.LocalName == "Message");
        Assert.Equal(Values(sent, "MessageId"), Values(message, "MessageId"));
        Assert.Equal(Values(sent, "MD5OfMessageAttributes"), Values(message, "MD5OfMessageAttributes"));
        Assert.Equal(["t"], Values(message, "StringValue"));
        var handle = Uri.EscapeDataString(Values(message, "ReceiptHandle").Single());
        await QueryAsync("sqs", $"Action=ChangeMessageVisibility&Version=2012-11-05&QueueUrl={Queue}&ReceiptHandle={handle}&VisibilityTimeout=60");
        Assert.Equal("DeleteMessageResponse", (await QueryAsync("sqs", $"Action=DeleteMessage&Version=2012-11-05&QueueUrl={Queue}&ReceiptHandle={handle}")).Name.LocalName);
        Assert.Equal(2, _backend.Aws.Messaging.Messages("orders-inbox").Count);
    }

    [Fact]
    public async Task An_error_has_the_form_and_the_code_of_the_protocol()
    {
        var refused = await QueryAsync("sqs", "Action=GetQueueUrl&Version=2012-11-05&QueueName=nobody", HttpStatusCode.BadRequest);
        Assert.Equal("ErrorResponse", refused.Name.LocalName);
        Assert.Equal(["AWS.SimpleQueueService.NonExistentQueue"], Values(refused, "Code"));
        Assert.Equal(["Sender"], Values(refused, "Type"));
        var unknown = await QueryAsync("sqs", "Action=CreateQueue&Version=2012-11-05&QueueName=x&Colour.1=red", HttpStatusCode.BadRequest);
        Assert.Contains("Colour.1", Values(unknown, "Message").Single(), StringComparison.Ordinal);
        var unnumbered = await QueryAsync("sqs", "Action=CreateQueue&Version=2012-11-05&QueueName=x&Attribute.1.Name=DelaySeconds&Attribute.1.Value=1&Attribute=red", HttpStatusCode.BadRequest);
        Assert.EndsWith("the parameter Attribute of CreateQueue.", Values(unnumbered, "Message").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Topics_and_subscriptions_are_listed_and_described()
    {
        await QueryAsync("sns", $"Action=Subscribe&Version=2010-03-31&TopicArn={Topic}&Protocol=sqs&Endpoint=arn%3Aaws%3Asqs%3Aus-east-1%3A000000000000%3Aorders-inbox");
        Assert.Equal(["arn:aws:sns:us-east-1:000000000000:oms-orders"], Values(await QueryAsync("sns", "Action=ListTopics&Version=2010-03-31"), "TopicArn"));
        Assert.Contains("SubscriptionsConfirmed", Values(await QueryAsync("sns", $"Action=GetTopicAttributes&Version=2010-03-31&TopicArn={Topic}"), "key"));
        Assert.Equal(["sqs"], Values(await QueryAsync("sns", "Action=ListSubscriptions&Version=2010-03-31"), "Protocol"));
        Assert.Equal(["sqs"], Values(await QueryAsync("sns", $"Action=ListSubscriptionsByTopic&Version=2010-03-31&TopicArn={Topic}"), "Protocol"));
        await QueryAsync("sns", $"Action=Publish&Version=2010-03-31&TopicArn={Topic}&Message=hi");
        Assert.Single(_backend.Aws.Messaging.Messages("orders-inbox"));
    }

    [Fact]
    public async Task Tables_are_made_listed_described_and_read()
    {
        await JsonAsync("dynamodb", "DynamoDB_20120810.CreateTable", """{"TableName": "oms-orders", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}], "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_IMAGE"}}""");
        await JsonAsync("dynamodb", "DynamoDB_20120810.PutItem", """{"TableName": "oms-orders", "Item": {"pk": {"S": "ord_1"}, "n": {"N": "1"}}}""");
        Assert.Equal("oms-orders", (await JsonAsync("dynamodb", "DynamoDB_20120810.ListTables", "{}")).GetProperty("TableNames")[0].GetString());
        Assert.Equal("arn:aws:dynamodb:us-east-1:000000000000:table/oms-orders", (await JsonAsync("dynamodb", "DynamoDB_20120810.DescribeTable", """{"TableName": "oms-orders"}""")).GetProperty("Table").GetProperty("TableArn").GetString());
        Assert.Equal(1, (await JsonAsync("dynamodb", "DynamoDB_20120810.Scan", """{"TableName": "oms-orders"}""")).GetProperty("Count").GetInt32());
        Assert.Equal("1", (await JsonAsync("dynamodb", "DynamoDB_20120810.GetItem", """{"TableName": "oms-orders", "Key": {"pk": {"S": "ord_1"}}}""")).GetProperty("Item").GetProperty("n").GetProperty("N").GetString());
        Assert.Equal("DISABLED", (await JsonAsync("dynamodb", "DynamoDB_20120810.DescribeTimeToLive", """{"TableName": "oms-orders"}""")).GetProperty("TimeToLiveDescription").GetProperty("TimeToLiveStatus").GetString());
        Assert.Equal("oms-orders", (await JsonAsync("dynamodb", "DynamoDBStreams_20120810.ListStreams", "{}")).GetProperty("Streams")[0].GetProperty("TableName").GetString());
    }

    /// <summary>What `aws dynamodb` asks beside: tags, backups, and the quotas of the account.</summary>
    [Fact]
    public async Task Tables_have_no_tags_and_no_backups_and_the_account_has_the_usual_limits()
    {
        await JsonAsync("dynamodb", "DynamoDB_20120810.CreateTable", """{"TableName": "oms-orders", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}]}""");
        Assert.Equal("""{"Tags":[]}""", (await JsonAsync("dynamodb", "DynamoDB_20120810.ListTagsOfResource", """{"ResourceArn": "arn:aws:dynamodb:us-east-1:000000000000:table/oms-orders"}""")).GetRawText());
        Assert.Equal(
            """{"AccountMaxReadCapacityUnits":80000,"AccountMaxWriteCapacityUnits":80000,"TableMaxReadCapacityUnits":40000,"TableMaxWriteCapacityUnits":40000}""",
            (await JsonAsync("dynamodb", "DynamoDB_20120810.DescribeLimits", "{}")).GetRawText());
        Assert.Equal(
            """{"ContinuousBackupsDescription":{"ContinuousBackupsStatus":"ENABLED","PointInTimeRecoveryDescription":{"PointInTimeRecoveryStatus":"DISABLED"}}}""",
            (await JsonAsync("dynamodb", "DynamoDB_20120810.DescribeContinuousBackups", """{"TableName": "oms-orders"}""")).GetRawText());
        await RefusedAsync("ListTagsOfResource", """{"ResourceArn": "arn:aws:dynamodb:us-east-1:000000000000:table/none"}""", "ResourceNotFoundException", "Requested resource not found: ResourcArn: arn:aws:dynamodb:us-east-1:000000000000:table/none not found");
        await RefusedAsync("DescribeContinuousBackups", """{"TableName": "none"}""", "TableNotFoundException", "Table not found: none");

        async Task RefusedAsync(string operation, string body, string type, string message)
        {
            using var content = new StringContent(body);
            using var answer = await SendAsync("dynamodb", $"DynamoDB_20120810.{operation}", content, "/");
            var json = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancel)).RootElement;
            Assert.Equal((HttpStatusCode.BadRequest, $"com.amazonaws.dynamodb.v20120810#{type}", message), (answer.StatusCode, json.GetProperty("__type").GetString(), json.GetProperty("message").GetString()));
        }
    }

    [Fact]
    public async Task Newer_versions_speak_JSON_to_SQS_and_older_ones_post_to_the_queue()
    {
        Assert.Equal(2, (await JsonAsync("sqs", "AmazonSQS.ListQueues", "{}")).GetProperty("QueueUrls").GetArrayLength());
        await JsonAsync("sqs", "AmazonSQS.SendMessage", """{"QueueUrl": "http://127.0.0.1:4566/000000000000/orders-inbox", "MessageBody": "hello"}""");
        Assert.Equal(["hello"], Values(await QueryAsync("sqs", "Action=ReceiveMessage&Version=2012-11-05", path: "/000000000000/orders-inbox"), "Body"));
    }

    /// <summary>DynamoDB's checksum of the body and the request ids, which the SDKs read.</summary>
    [Fact]
    public async Task Answers_carry_the_headers_of_their_services()
    {
        using var dynamoDb = await SendAsync("dynamodb", "DynamoDB_20120810.ListTables", new StringContent("{}"), "/");
        var body = await dynamoDb.Content.ReadAsByteArrayAsync(Cancel);
        Assert.Equal($"{Crc32.Of(body)}", dynamoDb.Headers.GetValues("x-amz-crc32").Single());
        Assert.Equal(0xCBF43926, Crc32.Of("123456789"u8));
        Assert.NotEmpty(dynamoDb.Headers.GetValues("x-amzn-RequestId").Single());
        using var sqs = await SendAsync("sqs", "AmazonSQS.GetQueueUrl", new StringContent("""{"QueueName": "nobody"}"""), "/");
        Assert.Equal("AWS.SimpleQueueService.NonExistentQueue;Sender", sqs.Headers.GetValues("x-amzn-query-error").Single());
        Assert.NotEmpty(sqs.Headers.GetValues("x-amzn-RequestId").Single());
    }

    private static IEnumerable<string> Values(XElement xml, string name) => xml.Descendants().Where(e => e.Name.LocalName == name).Select(e => e.Value);

    private async Task<XElement> QueryAsync(string service, string form, HttpStatusCode status = HttpStatusCode.OK, string path = "/")
    {
        using var content = new StringContent(form);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded") { CharSet = "utf-8" };
        using var answer = await SendAsync(service, null, content, path);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.StatusCode == status, text);
        return XElement.Parse(text);
    }

    private async Task<JsonElement> JsonAsync(string service, string target, string body)
    {
        using var content = new StringContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-amz-json-1.0");
        using var answer = await SendAsync(service, target, content, "/");
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, text);
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }

    private async Task<HttpResponseMessage> SendAsync(string service, string? target, HttpContent content, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_door.Url, path)) { Content = content };
        request.Headers.TryAddWithoutValidation("Authorization", $"AWS4-HMAC-SHA256 Credential=me/20261122/us-east-1/{service}/aws4_request, SignedHeaders=host;x-amz-date, Signature=0");
        if (target is not null) request.Headers.TryAddWithoutValidation("X-Amz-Target", target);
        return await _http.SendAsync(request, Cancel);
    }
}
