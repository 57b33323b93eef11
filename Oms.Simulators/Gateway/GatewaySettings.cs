namespace Oms.Simulators.Gateway;

/// <param name="SlowAnswer">How long <c>sim_slow</c> keeps its caller waiting: longer than any caller waits.</param>
/// <param name="KeyHorizon">How long an idempotency key is remembered (Stripe: at least 24 hours). Used again later, it charges anew.</param>
internal sealed record GatewaySettings(TimeSpan SlowAnswer, TimeSpan KeyHorizon)
{
    public static GatewaySettings From(IConfiguration section) => new(
        section.GetValue("SlowAnswer", TimeSpan.FromSeconds(20)),
        section.GetValue("KeyHorizon", TimeSpan.FromHours(24)));
}
