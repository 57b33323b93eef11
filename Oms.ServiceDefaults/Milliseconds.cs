namespace Oms.ServiceDefaults;

/// <summary>The clock in milliseconds, as the stores keep times: what is answered first and what is read later are the same.</summary>
public static class Milliseconds
{
    public static DateTimeOffset Now(this TimeProvider clock) => DateTimeOffset.FromUnixTimeMilliseconds(clock.GetUtcNow().ToUnixTimeMilliseconds());
}
