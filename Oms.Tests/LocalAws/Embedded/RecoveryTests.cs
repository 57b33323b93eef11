using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Oms.LocalAws;
using Oms.LocalAws.Embedded;
using Oms.LocalAws.Embedded.Durability;
using Oms.LocalAws.Embedded.DynamoDb;
using Oms.LocalAws.Proxy;
using Oms.Tests.LocalAws.Embedded.DynamoDb;

namespace Oms.Tests.LocalAws.Embedded;

/// <summary>Whatever was accepted, the next start has it; and a start that is impossible says why and spoils nothing.</summary>
public sealed class RecoveryTests : IDisposable
{
    private readonly KeptAws _kept = new();

    public void Dispose() => _kept.Dispose();

    [Fact]
    public async Task A_batch_with_a_binary_attribute_and_a_text_beside_it_is_there_after_two_starts()
    {
        await _kept.SqsAsync("CreateQueue", new { QueueName = "q" });
        await _kept.SqsAsync("SendMessageBatch", new
        {
            QueueUrl = Messaging.Url("q"),
            Entries = new object[]
            {
                new { Id = "1", MessageBody = "one" },
                new { Id = "2", MessageBody = "two", MessageAttributes = new { a = new { DataType = "Binary", BinaryValue = "AQID", StringValue = "no Base64!" } } },
            },
        });
        await _kept.SqsAsync("ReceiveMessage", new { QueueUrl = Messaging.Url("q"), MaxNumberOfMessages = 10, VisibilityTimeout = 0 });
        await StaysAsync();
        Assert.Equal(["one", "two"], _kept.Aws.Messaging.Messages("q").Select(message => message.Body));
    }

    [Theory]
    [InlineData('L')]
    [InlineData('M')]
    public async Task The_deepest_item_is_there_after_two_starts(char kind)
    {
        await _kept.CreateTableAsync("items");
        await _kept.DynamoDbAsync("PutItem", $$$"""{"TableName":"items","Item":{"pk":{"S":"a"},"v":{{{LimitTests.Nested(31, kind)}}}}}""");
        await _kept.DynamoDbAsync("UpdateItem", $$$"""{"TableName":"items","Key":{"pk":{"S":"a"}},"UpdateExpression":"SET w = :w REMOVE v","ExpressionAttributeValues":{":w":{{{LimitTests.Nested(31, kind)}}}}}""");
        await StaysAsync();
        Assert.Equal(2, _kept.Aws.DynamoDb.StreamRecords("items", null, 10).Count);
    }

    [Fact]
    public async Task A_table_made_with_all_that_a_table_can_be_made_with_is_there_after_two_starts()
    {
        await _kept.DynamoDbAsync("CreateTable", """
            {"TableName":"items","BillingMode":"PROVISIONED","ProvisionedThroughput":{"ReadCapacityUnits":5,"WriteCapacityUnits":7},"DeletionProtectionEnabled":true,
             "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"B"},{"AttributeName":"due","AttributeType":"N"}],
             "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],
             "StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_IMAGE"},
             "GlobalSecondaryIndexes":[{"IndexName":"due","KeySchema":[{"AttributeName":"due","KeyType":"HASH"}],"Projection":{"ProjectionType":"INCLUDE","NonKeyAttributes":["n"]},"ProvisionedThroughput":{"ReadCapacityUnits":5,"WriteCapacityUnits":7}}]}
            """);
        await StaysAsync();
        var throughput = (await _kept.DynamoDbAsync("DescribeTable", new { TableName = "items" })).GetProperty("Table").GetProperty("ProvisionedThroughput");
        Assert.Equal((5, 7), (throughput.GetProperty("ReadCapacityUnits").GetInt32(), throughput.GetProperty("WriteCapacityUnits").GetInt32()));
    }

    [Fact]
    public async Task A_subscription_whose_scope_was_to_be_changed_is_there_after_two_starts()
    {
        await _kept.SqsAsync("CreateQueue", new { QueueName = "q" });
        await _kept.SnsAsync("Action=CreateTopic&Name=t");
        await _kept.SnsAsync($"Action=Subscribe&TopicArn={Messaging.TopicArn("t")}&Protocol=sqs&Endpoint={Messaging.QueueArn("q")}&Attributes.entry.1.key=FilterPolicyScope&Attributes.entry.1.value=MessageBody&Attributes.entry.2.key=FilterPolicy&Attributes.entry.2.value={Uri.EscapeDataString("""{"order":{"state":["placed"]}}""")}");
        var subscriptions = Encoding.UTF8.GetString((await _kept.TryAsync(AwsService.Sns, "ListSubscriptions", "Action=ListSubscriptions")).Body.Span);
        var arn = System.Xml.Linq.XElement.Parse(subscriptions).Descendants().Single(e => e.Name.LocalName == "SubscriptionArn").Value;
        var refused = await _kept.TryAsync(AwsService.Sns, "SetSubscriptionAttributes", $"Action=SetSubscriptionAttributes&SubscriptionArn={arn}&AttributeName=FilterPolicyScope&AttributeValue=MessageAttributes");
        Assert.Equal(400, refused.Status);
        await StaysAsync();
    }

    [Fact]
    public async Task A_state_that_could_not_be_read_again_does_not_replace_the_file()
    {
        await _kept.CreateTableAsync("items");
        _kept.Stop();
        var before = await File.ReadAllBytesAsync(_kept.File, TestContext.Current.CancellationToken);
        var made = 0;
        // The second one, for the state, has a table of the name already.
        EngineSet Make()
        {
            var engines = new EngineSet(null);
            if (++made == 1) return engines;
            using var call = new AwsCall("local", AwsService.DynamoDb, "CreateTable", Encoding.UTF8.GetBytes("""{"TableName":"items","BillingMode":"PAY_PER_REQUEST","AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]}"""));
            Assert.True(engines.Call(call).IsSuccess);
            return engines;
        }

        Assert.ThrowsAny<Exception>(() => DataFolder.Open(_kept.Folder, Make, static path => new JournalFile(path), NullLogger.Instance));
        Assert.Equal(2, made);
        Assert.Equal(before, await File.ReadAllBytesAsync(_kept.File, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_state_that_cannot_be_read_stops_the_start_with_one_sentence()
    {
        using (var content = new MemoryStream())
        {
            JournalRecord.State(_kept.Clock.GetUtcNow(), "{"u8.ToArray()).Write(content);
            File.WriteAllBytes(_kept.File, [.. JournalFormat.Header, .. JournalFormat.Frame(content.ToArray())]);
        }

        Assert.StartsWith($"the state of 2026-11-22T10:00:00.0000000+00:00 in {_kept.File} cannot be read by this version", Assert.Throws<LocalAwsException>(() => _kept.Aws).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("UpdateTable", true)]
    [InlineData("PutItem", true)]
    [InlineData("UpdateTimeToLive", true)]
    [InlineData("GetItem", false)]
    [InlineData("TransactGetItems", false)]
    [InlineData("DescribeLimits", false)]
    public void Only_what_is_known_to_read_is_not_kept(string operation, bool isKept)
    {
        using var call = new AwsCall("local", AwsService.DynamoDb, operation, default);
        Assert.Equal(isKept, DynamoDbEngine.MayChange(call));
    }

    [Fact]
    public void A_data_folder_that_cannot_be_made_is_named_with_its_setting()
    {
        File.WriteAllText(Path.Combine(_kept.Folder, "file"), "");
        foreach (var folder in (string[])[Path.Combine(_kept.Folder, "file"), Path.Combine(_kept.Folder, "file", "folder")])
            Assert.StartsWith($"the data folder {folder} cannot be used (setting 'data'): ", Refusal(folder), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("lock")]
    [InlineData(DataFolder.FileName)]
    public void A_file_of_the_data_folder_that_cannot_be_opened_is_no_other_process(string name)
    {
        Directory.CreateDirectory(Path.Combine(_kept.Folder, name));
        var refusal = Refusal(_kept.Folder);
        Assert.StartsWith($"the data folder {_kept.Folder} cannot be used (setting 'data'): ", refusal, StringComparison.Ordinal);
        Assert.Contains(Path.Combine(_kept.Folder, name), refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void A_data_folder_is_made_with_those_above_it()
    {
        var folder = Path.Combine(_kept.Folder, "a", "b", "c") + Path.DirectorySeparatorChar;
        using (new EmbeddedAws(folder, null, _kept.Clock, NullLogger<EmbeddedAws>.Instance)) Assert.True(File.Exists(Path.Combine(folder, DataFolder.FileName)));
    }

    private string Refusal(string folder) => Assert.Throws<LocalAwsException>(() => new EmbeddedAws(folder, null, _kept.Clock, NullLogger<EmbeddedAws>.Instance)).Message;

    /// <summary>One start does the calls again, the next reads the state that it left.</summary>
    private async Task StaysAsync()
    {
        await _kept.SqsAsync("ListQueues", new { });
        var before = _kept.State();
        for (var start = 0; start < 2; start++)
        {
            _kept.Stop();
            Assert.Equal(before, _kept.State());
        }
    }
}
