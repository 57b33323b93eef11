using System.Text.Json;
using Oms.LocalAws.Embedded.DynamoDb;

namespace Oms.Tests.LocalAws.Embedded.DynamoDb;

public sealed class DynamoDbEngineTests
{
    private readonly EngineUnderTest _db = new();

    [Fact]
    public void A_condition_that_fails_changes_nothing_and_shows_the_item_if_asked_for()
    {
        _db.Put("a", "\"n\":{\"N\":\"1\"}");

        var (status, error) = _db.Call("PutItem", EngineUnderTest.PutBody("a", "\"n\":{\"N\":\"2\"}", "\"ConditionExpression\":\"attribute_not_exists(pk)\",\"ReturnValuesOnConditionCheckFailure\":\"ALL_OLD\""));

        Assert.Equal(400, status);
        Assert.Equal("ConditionalCheckFailedException", EngineUnderTest.Type(error));
        Assert.Equal("1", error.GetProperty("Item").GetProperty("n").GetProperty("N").GetString());
        Assert.Equal("1", _db.Item("a").GetProperty("n").GetProperty("N").GetString());
    }

    [Fact]
    public void A_transaction_does_all_or_nothing_and_gives_a_reason_for_each_action_in_order()
    {
        _db.Put("a");
        const string body = """
            {"TransactItems":[
              {"Put":{"TableName":"things","Item":<b>}},
              {"ConditionCheck":{"TableName":"things","Key":<a>,"ConditionExpression":"attribute_not_exists(pk)","ReturnValuesOnConditionCheckFailure":"ALL_OLD"}},
              {"Delete":{"TableName":"things","Key":<c>,"ConditionExpression":"attribute_exists(pk)"}}]}
            """;

        var (_, error) = _db.Call("TransactWriteItems", body);

        var reasons = error.GetProperty("CancellationReasons");
        Assert.Equal(["None", "ConditionalCheckFailed", "ConditionalCheckFailed"], reasons.EnumerateArray().Select(reason => reason.GetProperty("Code").GetString()));
        Assert.Equal("a", reasons[1].GetProperty("Item").GetProperty("pk").GetProperty("S").GetString());
        Assert.Equal("Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, ConditionalCheckFailed]", error.GetProperty("Message").GetString());
        Assert.Equal(JsonValueKind.Undefined, _db.Item("b").ValueKind);
    }

    [Fact]
    public void Committed_changes_are_told_with_both_images_in_order()
    {
        List<ItemChange> told = [];
        _db.Engine.Committed += told.Add;

        _db.Put("a", "\"n\":{\"N\":\"1\"}");
        _db.Put("a", "\"n\":{\"N\":\"1\"}"); // changes nothing
        _db.Done("TransactWriteItems", """{"TransactItems":[{"Delete":{"TableName":"things","Key":<a>}},{"Put":{"TableName":"things","Item":<b>}}]}""");

        Assert.Equal(3, told.Count);
        Assert.Null(told[0].Before);
        Assert.Null(told[0].TransactionId);
        Assert.Null(told[1].After);
        Assert.Equal("1", told[1].Before!.Value.GetProperty("n").GetProperty("N").GetString());
        Assert.NotNull(told[1].TransactionId);
        Assert.Equal(told[1].TransactionId, told[2].TransactionId);
        Assert.Equal(told.Select(change => change.Sequence), _db.Engine.StreamRecords("things", null, 10).Select(record => record.SequenceNumber));
    }

    [Theory]
    [InlineData("ExecuteStatement", "{}", "UnknownOperationException: The embedded DynamoDB has no operation ExecuteStatement.")]
    [InlineData("PutItem", """{"TableName":"things","Item":{},"Expected":{}}""", "ValidationException: The embedded DynamoDB does not support the parameter Expected of PutItem.")]
    [InlineData("Query", """{"TableName":"things","KeyConditions":{}}""", "ValidationException: The embedded DynamoDB does not support the parameter KeyConditions of Query.")]
    public void What_it_does_not_know_is_refused_by_name(string operation, string body, string error) => Assert.Equal(error, _db.Refused(operation, body));

    [Fact]
    public void The_same_calls_at_the_same_times_give_the_same_items_and_stream()
    {
        Assert.Equal(Run(), Run());

        static string Run()
        {
            var db = new EngineUnderTest();
            db.Done("UpdateTimeToLive", """{"TableName":"things","TimeToLiveSpecification":{"Enabled":true,"AttributeName":"ends"}}""");
            for (var i = 0; i < 20; i++)
            {
                db.Put($"k{i % 7}", $$$"""  "n":{"N":"{{{i}}}"},"ends":{"N":"{{{db.Clock.GetUtcNow().ToUnixTimeSeconds() + 5}}}"}  """);
                db.Clock.Advance(TimeSpan.FromSeconds(1));
            }

            var stream = db.Engine.StreamRecords("things", null, 1000);
            return string.Join('\n', [.. db.Engine.Items("things").Select(item => item.GetRawText()), .. stream.Select(record => record.Record.GetRawText())]);
        }
    }
}
