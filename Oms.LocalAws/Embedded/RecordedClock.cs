namespace Oms.LocalAws.Embedded;

/// <summary>The time that the engines see: the one that was recorded with the call that they serve. It never goes back.</summary>
internal sealed class RecordedClock : TimeProvider
{
    private DateTimeOffset _now = DateTimeOffset.UnixEpoch;

    public override DateTimeOffset GetUtcNow() => _now;

    public void MoveTo(DateTimeOffset time)
    {
        if (time > _now) _now = time;
    }
}
