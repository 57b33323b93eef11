using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Oms.Tests.Support;

/// <summary>A shop that places orders at a steady rate and sends each again after a broken connection or a 5xx, until it is told 202.</summary>
internal sealed class RetryingShop(OmsClient client, double perSecond, int seed) : IAsyncDisposable
{
    /// <summary>More than this at once and the shop waits: the machine does not carry the rate.</summary>
    private const int MostOpen = 32;

    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<int, PlacedOrder> _accepted = new();
    private readonly ConcurrentQueue<string> _refused = new();
    private readonly CancellationTokenSource _closed = new();
    private readonly SemaphoreSlim _room = new(MostOpen);
    private readonly Stopwatch _open = Stopwatch.StartNew();
    private Task? _placing;
    private TimeSpan _wasOpen;
    private int _sent;
    private int _repeated;

    /// <summary>What was answered with 202.</summary>
    public IReadOnlyCollection<PlacedOrder> Accepted => [.. _accepted.Values];

    /// <summary>Answers that no repetition can mend.</summary>
    public IReadOnlyCollection<string> Refused => _refused;

    /// <summary>Orders that were sent and have no answer yet.</summary>
    public int Unanswered => _sent - _accepted.Count - _refused.Count;

    public int Repeated => _repeated;

    /// <summary>Why an order was sent again the last time.</summary>
    public string LastTrouble { get; private set; } = "none";

    public double AcceptedPerSecond => _accepted.Count / _wasOpen.TotalSeconds;

    public void Open() => _placing = PlaceAllAsync();

    /// <summary>Sends no new orders; returns when those on the way are answered.</summary>
    public async Task CloseAsync()
    {
        await _closed.CancelAsync();
        _wasOpen = _open.Elapsed;
        await _placing!;
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
        using var pace = new PeriodicTimer(TimeSpan.FromSeconds(1 / perSecond));
        try
        {
            for (var number = 1; await pace.WaitForNextTickAsync(_closed.Token); number++)
            {
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
        Interlocked.Increment(ref _sent);
        try
        {
            // Every order its own amounts: two that were mixed up would show.
            var order = PlacedOrder.Of(number, new Random(HashCode.Combine(seed, number)));
            var started = Stopwatch.StartNew();
            for (var attempt = 1; ; attempt++)
            {
                var answer = await SendAsync(order);
                if (answer is { Status: HttpStatusCode.Accepted })
                {
                    _accepted[number] = order with { Id = answer.OrderId };
                    return;
                }

                if (answer is { Status: < HttpStatusCode.InternalServerError } || started.Elapsed > Patience)
                {
                    _refused.Enqueue($"order {number}, attempt {attempt}: {(answer is null ? "no answer" : $"{(int)answer.Status} {answer.Body}")}");
                    return;
                }

                Interlocked.Increment(ref _repeated);
                LastTrouble = answer is null ? "no answer" : $"{(int)answer.Status} {answer.Body}";
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(100 * attempt, 1000)));
            }
        }
        finally
        {
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
            return await sent.WaitAsync(AnswerLimit);
        }
        catch (Exception broken) when (broken is HttpRequestException or TimeoutException or TaskCanceledException or IOException)
        {
            return null;
        }
    }
}
