using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Time.Testing;
using Oms.LocalAws.Embedded.DynamoDb;
using Oms.LocalAws.Proxy;

namespace Oms.Tests.LocalAws.Embedded.DynamoDb;

/// <summary>An engine with a clock moved by hand and one table: keys pk and sk, an index `due` (g, h) with keys only, time to live in `ends`, a stream with both images.</summary>
internal sealed partial class EngineUnderTest
{
    public const string Table = "things";

    public const string Definition = """
        {"TableName":"things","BillingMode":"PAY_PER_REQUEST",
         "AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"},{"AttributeName":"sk","AttributeType":"S"},{"AttributeName":"g","AttributeType":"S"},{"AttributeName":"h","AttributeType":"N"}],
         "KeySchema":[{"AttributeName":"pk","KeyType":"HASH"},{"AttributeName":"sk","KeyType":"RANGE"}],
         "GlobalSecondaryIndexes":[{"IndexName":"due","KeySchema":[{"AttributeName":"g","KeyType":"HASH"},{"AttributeName":"h","KeyType":"RANGE"}],"Projection":{"ProjectionType":"KEYS_ONLY"}}],
         "StreamSpecification":{"StreamEnabled":true,"StreamViewType":"NEW_AND_OLD_IMAGES"}}
        """;

    public EngineUnderTest(DynamoDbChoices? choices = null)
    {
        Clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero));
        Engine = new DynamoDbEngine(Clock, choices);
        Done("CreateTable", Definition);
    }

    public FakeTimeProvider Clock { get; }

    public DynamoDbEngine Engine { get; }

    /// <summary>The answer to a call that must succeed.</summary>
    public JsonElement Done(string operation, string body)
    {
        var (status, answer) = Call(operation, body);
        Assert.True(status == 200, answer.GetRawText());
        return answer;
    }

    /// <summary>The error of a call that must be refused: its type, then its message.</summary>
    public string Refused(string operation, string body)
    {
        var (status, answer) = Call(operation, body);
        Assert.Equal(400, status);
        return $"{Type(answer)}: {(answer.TryGetProperty("message", out var message) ? message : answer.GetProperty("Message")).GetString()}";
    }

    /// <param name="operation">Of DynamoDB or of its streams.</param>
    /// <param name="body">`&lt;a>` in it stands for the key that <see cref="Key"/> makes of a.</param>
    public (int Status, JsonElement Answer) Call(string operation, string body)
    {
        var service = operation is "ListStreams" or "DescribeStream" or "GetShardIterator" or "GetRecords" ? AwsService.DynamoDbStreams : AwsService.DynamoDb;
        using var call = new AwsCall("test", service, operation, Encoding.UTF8.GetBytes(KeyMark().Replace(body, static mark => Key(mark.Groups["key"].Value))));
        var answer = Engine.Call(call);
        using var json = JsonDocument.Parse(answer.Body);
        return (answer.Status, json.RootElement.Clone());
    }

    /// <param name="attributes">Further attributes in DynamoDB JSON, such as `"n":{"N":"1"}`.</param>
    /// <param name="more">Further parameters of PutItem.</param>
    public JsonElement Put(string key, string attributes = "", string more = "") => Done("PutItem", PutBody(key, attributes, more));

    public static string PutBody(string key, string attributes = "", string more = "") =>
        $$$"""{"TableName":"things","Item":{{{Key(key, attributes)}}}{{{Prefixed(more)}}}}""";

    /// <summary>The item as it is, or undefined.</summary>
    public JsonElement Item(string key) => Done("GetItem", $$"""{"TableName":"things","ConsistentRead":true,"Key":<{{key}}>}""").TryGetProperty("Item", out var item) ? item : default;

    public static string Key(string key, string attributes = "") => $$$"""{"pk":{"S":"{{{key}}}"},"sk":{"S":"1"}{{{Prefixed(attributes)}}}}""";

    public static string Type(JsonElement error) => error.GetProperty("__type").GetString()!.Split('#')[^1];

    [GeneratedRegex("<(?<key>[a-z0-9]+)>", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex KeyMark();

    private static string Prefixed(string more) => more.Length == 0 ? "" : "," + more;
}
