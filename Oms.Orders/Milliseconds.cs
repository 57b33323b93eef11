namespace Oms.Orders;

/// <summary>Times here have milliseconds, as the store keeps them: what is answered first and what is read later are the same.</summary>
internal static class Milliseconds
{
    public static DateTimeOffset Now(this TimeProvider clock) => DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());
}
