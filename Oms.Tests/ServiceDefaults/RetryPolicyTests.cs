using System.Net;
using System.Net.Sockets;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using RetryPolicy = Oms.ServiceDefaults.RetryPolicy;

namespace Oms.Tests.ServiceDefaults;

public sealed class RetryPolicyTests
{
    private readonly ImpatientClock _clock = new();

    private RetryPolicy Retry => new(_clock, new Random(7));

    public static TheoryData<string, Exception, bool> Faults() => new()
    {
        { "throttled table", new ProvisionedThroughputExceededException(""), true },
        { "throttled account", new RequestLimitExceededException(""), true },
        { "conflict of one item", new TransactionConflictException(""), true },
        { "the same transaction is still running", new TransactionInProgressException(""), true },
        { "throttled SNS", new AmazonServiceException("") { ErrorCode = "Throttled", StatusCode = HttpStatusCode.BadRequest }, true },
        { "throttled API", new AmazonServiceException("") { ErrorCode = "ThrottlingException", StatusCode = HttpStatusCode.BadRequest }, true },
        { "5xx", new AmazonServiceException("") { ErrorCode = "InternalError", StatusCode = HttpStatusCode.InternalServerError }, true },
        { "broken connection", new HttpRequestException(), true },
        { "broken stream", new IOException(), true },
        { "the client's own time-out", new TaskCanceledException(), true },
        { "condition", Refused(), false },
        { "permission", new AmazonServiceException("") { ErrorCode = "AccessDeniedException", StatusCode = HttpStatusCode.BadRequest }, false },
        { "a bug", new InvalidOperationException(), false },
        { "transaction, only conflicts", Cancelled("None", "TransactionConflict"), true },
        { "transaction, throttled", Cancelled("ThrottlingError", null), true },
        { "transaction, a condition too", Cancelled("TransactionConflict", "ConditionalCheckFailed"), false },
        { "transaction, no reasons", new TransactionCanceledException(""), false },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Only_what_may_succeed_a_moment_later_is_transient(string what, Exception fault, bool isTransient) =>
        Assert.True(RetryPolicy.IsTransient(fault, CancellationToken.None) == isTransient, what);

    /// <summary>The SDK does not hand on its HTTP client's cancellation, but the TimeoutException in it: found by a simulated run, in which the relay took it for an unreadable record.</summary>
    [Fact]
    public async Task A_call_that_is_not_answered_in_time_is_transient()
    {
        using var deaf = new TcpListener(IPAddress.Loopback, 0);
        deaf.Start();
        var config = new AmazonDynamoDBConfig { ServiceURL = $"http://{deaf.LocalEndpoint}", MaxErrorRetry = 0, Timeout = TimeSpan.FromMilliseconds(200) };
        using var client = new AmazonDynamoDBClient(new BasicAWSCredentials("test", "test"), config);
        var fault = await Assert.ThrowsAnyAsync<Exception>(() => client.ListTablesAsync(TestContext.Current.CancellationToken));
        Assert.True(RetryPolicy.IsTransient(fault, TestContext.Current.CancellationToken), fault.ToString());
    }

    [Fact]
    public async Task A_transient_fault_is_tried_six_times_with_growing_waits()
    {
        var calls = 0;
        await Assert.ThrowsAsync<IOException>(() => Retry.RunAsync<int>(_ => throw Counted(ref calls, new IOException()), TestContext.Current.CancellationToken));
        Assert.Equal(6, calls);
        Assert.Equal(5, _clock.Waits.Count);
        Assert.All(_clock.Waits.Index(), static wait => Assert.InRange(wait.Item, TimeSpan.Zero, TimeSpan.FromMilliseconds(25 * Math.Pow(2, wait.Index))));
    }

    [Fact]
    public async Task What_succeeds_in_between_is_the_answer()
    {
        var calls = 0;
        Assert.Equal(3, await Retry.RunAsync(_ => ++calls < 3 ? throw new HttpRequestException() : Task.FromResult(calls), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_definite_fault_is_not_tried_again()
    {
        var calls = 0;
        await Assert.ThrowsAsync<ConditionalCheckFailedException>(() => Retry.RunAsync<int>(_ => throw Counted(ref calls, Refused()), TestContext.Current.CancellationToken));
        Assert.Equal(1, calls);
    }

    [Fact]
    public async Task A_cancelled_caller_is_not_kept_waiting()
    {
        using var stop = new CancellationTokenSource();
        var calls = 0;
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Retry.RunAsync<int>(
            async token =>
            {
                calls++;
                await stop.CancelAsync();
                token.ThrowIfCancellationRequested();
                return 0;
            },
            stop.Token));
        Assert.Equal(1, calls);
    }

    [Fact]
    public void Waits_are_full_jitter_and_at_most_a_second()
    {
        var retry = Retry;
        var waits = Enumerable.Range(0, 1000).Select(_ => retry.Pause(40)).ToList();
        Assert.All(waits, static wait => Assert.InRange(wait, TimeSpan.Zero, TimeSpan.FromSeconds(1)));
        Assert.Contains(waits, static wait => wait < TimeSpan.FromMilliseconds(100));
        Assert.Contains(waits, static wait => wait > TimeSpan.FromMilliseconds(900));
    }

    private static TransactionCanceledException Cancelled(params string?[] codes) => new("") { CancellationReasons = [.. codes.Select(static code => new CancellationReason { Code = code })] };

    private static ConditionalCheckFailedException Refused() => new("") { StatusCode = HttpStatusCode.BadRequest };

    private static Exception Counted(ref int calls, Exception fault)
    {
        calls++;
        return fault;
    }
}
