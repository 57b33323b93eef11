using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Oms.Tests.Support;

/// <summary>
/// A shop that places orders at a steady rate and sends each again after a broken connection or a 5xx, until it is told 202.
/// Every fifth it sends once more a little later, as impatient customers and Magento do. It keeps every answer.
/// </summary>
internal sealed class RetryingShop(OmsClient client, double perSecond, int seed) : IAsyncDisposable
{
    /// <summary>More than this at once and the shop waits: the machine does not carry the rate, and posts that pile up only time out.</summary>
    private const int MostOpen = 12;

    private const double SentOnceMore = 0.2;

    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LongestThought = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<int, PlacedOrder> _accepted = new();
    private readonly ConcurrentQueue<string> _refused = new();
    private readonly CancellationTokenSource _closed = new();
    private readonly SemaphoreSlim _room = new(MostOpen);
    private readonly Stopwatch _open = new();
    private Task _placing = Task.CompletedTask;
    private int _unanswered;
    private int _repeated;
    private int _sentOnceMore;

    /// <summary>What was answered with 202.</summary>
    public IReadOnlyCollection<PlacedOrder> Accepted => [.. _accepted.Values];

    public int AcceptedCount => _accepted.Count;

    /// <summary>Answers that no repetition can mend, or that no client should see.</summary>
    public IReadOnlyCollection<string> Refused => _refused;

    /// <summary>Orders that were sent, or sent once more, and wait for an answer.</summary>
    public int Unanswered => _unanswered;

    /// <summary>How often an order was sent again for want of a 202.</summary>
    public int Repeated => _repeated;

    /// <summary>How many orders were sent once more after their 202, and answered with 202 again.</summary>
    public int Replayed => _sentOnceMore;

    /// <summary>Why an order was sent again the last time.</summary>
    public string LastTrouble { get; private set; } = "none";

    /// <summary>Orders that were taken while the shop was open, in a second.</summary>
    public double AcceptedPerSecond { get; private set; }

    public void Open()
    {
        _open.Start();
        _placing = PlaceAllAsync();
    }

    /// <summary>Sends no new orders; returns when those on the way are answered.</summary>
    public async Task CloseAsync()
    {
        if (_open.IsRunning)
        {
            _open.Stop();
            AcceptedPerSecond = _accepted.Count / _open.Elapsed.TotalSeconds;
            await _closed.CancelAsync();
        }

        await _placing;
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _closed.Dispose();
        _room.Dispose();
    }

    private async Task PlaceAllAsync()
    {
        var orders = new List<Task>();
        try
        {
            for (var number = 1; ; number++)
            {
                // Customers come whether orders are taken or not: what a kill held up is caught up with.
                if (TimeSpan.FromSeconds(number / perSecond) - _open.Elapsed is var early && early > TimeSpan.Zero)
                {
                    await Task.Delay(early, _closed.Token);
                }

                await _room.WaitAsync(_closed.Token);
                orders.Add(PlaceAsync(number));
            }
        }
        catch (OperationCanceledException) when (_closed.IsCancellationRequested)
        {
            // The shop has closed.
        }

        await Task.WhenAll(orders);
    }

    private async Task PlaceAsync(int number)
    {
        // Every order its own amounts: two that were mixed up would show.
        var random = new Random(unchecked((seed * 1_000_003) + number));
        var order = PlacedOrder.Of(number, random);
        if (await SendUntilTakenAsync(order) is not { } taken)
        {
            return;
        }

        _accepted[number] = order with { Id = taken.OrderId };
        var isSentOnceMore = random.NextDouble() < SentOnceMore;
        var thought = LongestThought * random.NextDouble();
        if (!isSentOnceMore)
        {
            return;
        }

        await Task.Delay(thought, _closed.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _room.WaitAsync();
        if (await SendUntilTakenAsync(order) is not null)
        {
            Interlocked.Increment(ref _sentOnceMore);
        }
    }

    /// <summary>Needs a place in the room, and gives it back.</summary>
    /// <returns>The answer with 202; null where the shop has given up.</returns>
    private async Task<OmsAnswer?> SendUntilTakenAsync(PlacedOrder order)
    {
        Interlocked.Increment(ref _unanswered);
        try
        {
            var started = Stopwatch.StartNew();
            for (var attempt = 1; ; attempt++)
            {
                var answer = await SendAsync(order);
                if (answer is { Status: HttpStatusCode.Accepted })
                {
                    return answer;
                }

                if (answer is not null && !MayBeSentAgain(answer) || started.Elapsed > Patience)
                {
                    _refused.Enqueue($"order {order.Number}, attempt {attempt}: {Tell(answer)}");
                    return null;
                }

                Interlocked.Increment(ref _repeated);
                LastTrouble = Tell(answer);
                await BackOffAsync(attempt);
            }
        }
        finally
        {
            Interlocked.Decrement(ref _unanswered);
            _room.Release();
        }
    }

    /// <returns>Null where the connection broke, or no answer came in time.</returns>
    private async Task<OmsAnswer?> SendAsync(PlacedOrder order)
    {
        try
        {
            var key = "key-" + order.Number.ToString(CultureInfo.InvariantCulture);
            var sent = order.IsNative ? client.PlaceNativeAsync(order.Body, key) : client.PlaceMagentoAsync(order.Body);
            var answer = await sent.WaitAsync(AnswerLimit);
            order.Told.Enqueue(answer);
            return answer;
        }
        catch (Exception broken) when (broken is HttpRequestException or TimeoutException or TaskCanceledException or IOException)
        {
            return null;
        }
    }

    /// <summary>The gateway's own words for a dead worker, or the API's 503, which says when to come again; anything else from the API is a fault of its own.</summary>
    private static bool MayBeSentAgain(OmsAnswer answer) => answer.Status >= HttpStatusCode.InternalServerError
        && (answer.Headers.GetValueOrDefault("content-type") != "application/problem+json" || (answer.Status == HttpStatusCode.ServiceUnavailable && answer.Headers.ContainsKey("retry-after")));

    private static Task BackOffAsync(int attempts) => Task.Delay(TimeSpan.FromMilliseconds(Math.Min(100 * attempts, 1000)));

    private static string Tell(OmsAnswer? answer) => answer is null ? "no answer" : $"{(int)answer.Status} {answer.Body}";
}
