using System.Text;
using System.Text.Json.Serialization;
using Oms.ServiceDefaults.Http;

namespace Oms.Tests.ServiceDefaults;

public sealed partial class JsonBodyTests
{
    public static TheoryData<string, byte[]> Malformed() => new()
    {
        { "nothing", [] },
        { "truncated", Utf8("""{"name":"a""") },
        { "no JSON", Utf8("name=a") },
        { "invalid UTF-8", [.. Utf8("{\"name\":\""), 0xC3, 0x28, .. Utf8("\"}")] },
        { "duplicate keys", Utf8("""{"name":"a","name":"b"}""") },
        { "duplicate keys, one of them escaped", Utf8("""{"name":"a","\u006eame":"b"}""") },
        { "33 levels", Utf8(new string('[', 33) + new string(']', 33)) },
        { "data behind the end", Utf8("""{"name":"a"} {}""") },
        { "NaN", Utf8("""{"name":NaN}""") },
        { "a comment", Utf8("""{"name":"a"} // b""") },
        { "a trailing comma", Utf8("""{"name":"a",}""") },
        { "a byte order mark only", [0xEF, 0xBB, 0xBF] },
        { "a list", Utf8("[]") },
        { "null", Utf8("null") },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public void What_is_not_one_JSON_object_is_400(string what, byte[] body)
    {
        var (value, refusal) = JsonBody.Read(body, SampleJson.Default.SampleBody);
        Assert.True(value is null && refusal is { Status: 400, Code: "malformed-request" }, $"{what}: {refusal}");
    }

    [Fact]
    public void Thirty_two_levels_may_be_read() => Assert.Null(JsonBody.Parse(Utf8(new string('[', 32) + new string(']', 32))).Refusal);

    [Theory]
    [InlineData("""{"name":"a","status":"Confirmed"}""", "/status")]
    [InlineData("""{"name":"a","lines":[{"quantity":1},{"quantity":1,"tenant":"b"}]}""", "/lines/1/tenant")]
    [InlineData("""{"name":"a","x['y'].z":1}""", "/x['y'].z")]
    [InlineData("""{"name":"a","lines":[{"quantity":1,"a/b~c d":1}]}""", "/lines/0/a~1b~0c d")]
    public void An_unknown_property_is_400_with_its_pointer(string body, string pointer)
    {
        var refusal = JsonBody.Read(Utf8(body), SampleJson.Default.SampleBody).Refusal!;
        Assert.Equal((400, "unknown-property", pointer), (refusal.Status, refusal.Code, Assert.Single(refusal.Errors!).Pointer));
    }

    [Theory]
    [InlineData("""{"name":7}""", "/name")]
    [InlineData("""{"name":"a","lines":[{"quantity":"two"}]}""", "/lines/0/quantity")]
    [InlineData("""{"name":"a","lines":[{"quantity":1},{"quantity":1e99}]}""", "/lines/1/quantity")]
    [InlineData("""{"lines":[]}""", "")]
    public void A_value_of_the_wrong_kind_is_422_with_its_pointer_and_never_echoed(string body, string pointer)
    {
        var refusal = JsonBody.Read(Utf8(body), SampleJson.Default.SampleBody).Refusal!;
        var error = Assert.Single(refusal.Errors!);
        Assert.Equal((422, pointer), (refusal.Status, error.Pointer));
        Assert.DoesNotContain("two", refusal.Detail + error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_well_formed_is_read()
    {
        var (value, refusal) = JsonBody.Read(Utf8("""{"name":"\u202e../😀","lines":[{"quantity":1.5}]}"""), SampleJson.Default.SampleBody);
        Assert.Null(refusal);
        Assert.Equal(("\u202e../😀", 1.5m), (value!.Name, Assert.Single(value.Lines).Quantity));
    }

    [Theory]
    [InlineData("application/json", 10, null)]
    [InlineData("Application/JSON; charset=utf-8", 10, null)]
    [InlineData("application/vnd.shop+json", 10, null)]
    [InlineData("text/plain", 10, 415)]
    [InlineData("application/jsonp", 10, 415)]
    [InlineData("", 10, 415)]
    [InlineData(null, 10, 415)]
    [InlineData("application/json", 11, 413)]
    public void Size_and_type_are_checked_before_a_byte_is_read(string? type, int bytes, int? status)
    {
        var headers = new Dictionary<string, string>(StringComparer.Ordinal);
        if (type is not null)
        {
            headers["content-type"] = type;
        }

        var request = new ApiRequest("POST", "/v1/orders", "/v1/orders", new Dictionary<string, string>(), new Dictionary<string, string>(), headers, new byte[bytes], Caller.Anonymous, CancellationToken.None);
        Assert.Equal(status, JsonBody.Check(request, maxBytes: 10)?.Status);
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    internal sealed record SampleBody
    {
        public required string Name { get; init; }

        public IReadOnlyList<SampleLine> Lines { get; init; } = [];
    }

    internal sealed record SampleLine
    {
        public decimal Quantity { get; init; }
    }

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
    [JsonSerializable(typeof(SampleBody))]
    internal sealed partial class SampleJson : JsonSerializerContext;
}
