using Oms.LocalAws.Templates;

namespace Oms.LocalAws.Gateway;

/// <summary>The stage's token bucket: `_burst` requests at once, refilled at `_rate` a second.</summary>
internal sealed class StageThrottle(LocalStage stage, TimeProvider time)
{
    // The account's own limits apply where the stage sets none.
    private const double AccountRate = 10_000;
    private const int AccountBurst = 5_000;

    private readonly double _rate = stage.RateLimit ?? AccountRate;
    private readonly double _burst = stage.BurstLimit ?? AccountBurst;
    private readonly Lock _gate = new();
    private double _tokens = stage.BurstLimit ?? AccountBurst;
    private long _last = time.GetTimestamp();

    public bool TryTake()
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            _tokens = Math.Min(_burst, _tokens + (time.GetElapsedTime(_last, now).TotalSeconds * _rate));
            _last = now;
            if (_tokens < 1)
                return false;
            _tokens -= 1;
            return true;
        }
    }
}
