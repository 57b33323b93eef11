using System.Text;

namespace Oms.Tests.Fuzzing;

/// <summary>What the fuzzer holds for wrong is found, and an input that shows it gets small.</summary>
public sealed class AnswerCheckTests
{
    private const string Whole =
        """{"type":"urn:oms:problem:invalid-request","title":"The request breaks a rule","status":422,"detail":"One field breaks a rule.","instance":"/v1/orders","code":"invalid-request","traceId":"0af7651916cd43dd8448eb211c80319c","errors":[{"pointer":"/lines/0/quantity","message":"must be above 0"}]}""";

    private static readonly HttpInput Input = new("POST", "/v1/orders", [("content-type", "application/json")], """{"lines":[{"sku":"A","a.b":1}]}"""u8.ToArray()) { Secrets = ["4929131000000003"] };

    [Fact]
    public void A_whole_problem_is_no_fault() => Assert.Null(AnswerCheck.Fault(Input, Answer(422, Whole)));

    [Theory]
    [InlineData(500, "", "", "answered 500")]
    [InlineData(0, "", "", "no answer")]
    [InlineData(400, "", "", "a problem with another status than its answer")]
    [InlineData(422, "\"detail\":\"One field breaks a rule.\",", "", "a problem without detail")]
    [InlineData(422, "\"traceId\":\"0af7651916cd43dd8448eb211c80319c\",", "\"traceId\":\"\",", "a problem without traceId")]
    [InlineData(422, "urn:oms:problem:invalid-request", "about:blank", "a problem whose type or traceId has another form")]
    [InlineData(422, "/lines/0/quantity", "/lines/1/quantity", "a pointer to nothing that was sent")]
    [InlineData(422, "/lines/0/quantity", "/lines/0/a/b", "a pointer to nothing that was sent")]
    [InlineData(422, "/lines/0/quantity", "lines[0].quantity", "a pointer that is none by RFC 6901")]
    [InlineData(422, "must be above 0", "4929131000000003 is too much", "echoes a secret")]
    public void What_is_missing_in_a_problem_is_a_fault(int status, string part, string other, string fault) =>
        Assert.Equal(fault, AnswerCheck.Fault(Input, Answer(status, part.Length == 0 ? Whole : Whole.Replace(part, other, StringComparison.Ordinal))));

    [Theory]
    [InlineData(401, "application/json", """{"message":"Unauthorized"}""", null)]
    [InlineData(401, "application/json", """{"error":"Unauthorized"}""", "a 401 of the gateway with another body than AWS's")]
    [InlineData(404, "application/json", """{"message":"Not Found"}""", "a 404 that is application/json, not application/problem+json")]
    [InlineData(202, "application/json", "{}", "accepted without a Location")]
    [InlineData(302, "text/html", "", "answered 302")]
    public void The_gateway_speaks_as_AWS_does(int status, string type, string body, string? fault) => Assert.Equal(fault, AnswerCheck.Fault(Input, Answer(status, body, type)));

    [Fact]
    public void An_answer_that_was_not_expected_is_a_fault() => Assert.Equal("answered 422, not 400", AnswerCheck.Fault(Input with { Expected = [400] }, Answer(422, Whole)));

    [Fact]
    public async Task An_input_is_shrunk_to_what_shows_the_fault()
    {
        var input = Input with
        {
            Target = "/v1/orders?a=b",
            Headers = [("accept", "text/html"), ("x", "y")],
            Body = """{"a":[1,{"b":{"c":2},"d":3},4],"e":"f"}"""u8.ToArray(),
        };

        var small = await InputShrinker.ShrinkAsync(input, candidate => Task.FromResult(candidate.Headers.Contains(("x", "y")) && Encoding.UTF8.GetString(candidate.Body).Contains("\"c\"", StringComparison.Ordinal) ? "fault" : null));

        Assert.Equal(("/v1/orders", """{"a":[{"b":{"c":2}}]}"""), (small.Target, Encoding.UTF8.GetString(small.Body)));
        Assert.Equal([("x", "y")], small.Headers);
    }

    [Fact]
    public void The_same_seed_gives_the_same_inputs()
    {
        var (one, other) = (new InputGenerator(7, "ord_1"), new InputGenerator(7, "ord_1"));
        for (var number = 0; number < 500; number++)
        {
            Assert.Equal(one.Make(number).ToTest(), other.Make(number).ToTest());
        }
    }

    private static WireAnswer Answer(int status, string body, string type = "application/problem+json") =>
        new(status, new Dictionary<string, string>(StringComparer.Ordinal) { ["content-type"] = type }, Encoding.UTF8.GetBytes(body));
}
