using System.Text;
using Oms.LocalAws.EventSources;

namespace Oms.Tests.LocalAws.EventSources;

/// <summary>
/// Success and failure conditions of https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html and
/// https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html.
/// </summary>
public sealed class BatchResponseTests
{
    private static readonly HashSet<string> Batch = ["id1", "id2"];

    [Theory]
    [InlineData("""{"batchItemFailures":[]}""")]
    [InlineData("""{"batchItemFailures":null}""")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("")]
    public void Nothing_named_is_a_complete_success(string answer) => Assert.Empty(Failures(answer)!);

    [Theory]
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":""}]}""")]
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":null}]}""")]
    [InlineData("""{"batchItemFailures":[{"identifier":"id1"}]}""")]
    [InlineData("""{"batchItemFailures":[{"itemIdentifier":"id1"},{"itemIdentifier":"id9"}]}""")]
    [InlineData("not json")]
    public void Something_unreadable_or_unknown_is_a_complete_failure(string answer) => Assert.Null(Failures(answer));

    [Fact]
    public void Named_messages_failed() =>
        Assert.Equal(["id2"], Failures("""{"batchItemFailures":[{"itemIdentifier":"id2"}]}""")!);

    private static IReadOnlySet<string>? Failures(string answer) => BatchResponse.Failures(Encoding.UTF8.GetBytes(answer), Batch);
}
