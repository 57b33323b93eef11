using System.Net;
using System.Text.Json;
using Amazon.Runtime;
using Oms.Contracts;
using Oms.ServiceDefaults;

namespace Oms.Tests.ServiceDefaults;

public sealed class FaultTests
{
    [Fact]
    public void What_a_library_quotes_is_left_out_its_kind_and_place_stay()
    {
        var fault = Caught(static () => decimal.Parse("secret", System.Globalization.CultureInfo.InvariantCulture));
        Assert.Contains("secret", fault.Message, StringComparison.Ordinal);
        var text = Fault.Describe(new JsonException("secret", fault));
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
        Assert.StartsWith("JsonException\ncaused by FormatException\n", text, StringComparison.Ordinal);
        Assert.Contains(nameof(FaultTests), text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_AWS_refused_is_named_by_its_code_only()
    {
        var text = Fault.Describe(new AmazonServiceException("secret") { ErrorCode = "ValidationException", StatusCode = HttpStatusCode.BadRequest });
        Assert.Equal("AmazonServiceException ValidationException (400)", text);
    }

    [Fact]
    public void Who_was_denied_what_is_told()
    {
        var text = Fault.Describe(new AmazonServiceException("orders-api is not authorized to perform dynamodb:PutItem") { ErrorCode = "AccessDeniedException", StatusCode = HttpStatusCode.BadRequest });
        Assert.Contains("orders-api is not authorized to perform dynamodb:PutItem", text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_this_project_says_itself_is_told()
    {
        var fault = Caught(static () => _ = Money.Zero("EUR") + Money.Zero("USD"));
        Assert.Contains(fault.Message, Fault.Describe(fault), StringComparison.Ordinal);
    }

    private static Exception Caught(Action action) => Record.Exception(action)!;
}
