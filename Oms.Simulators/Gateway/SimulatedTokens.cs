namespace Oms.Simulators.Gateway;

/// <summary>Payment tokens that say what happens to them.</summary>
internal static class SimulatedTokens
{
    public const string Approve = "sim_approve";

    /// <summary>Declined; <c>sim_decline_insufficient_funds</c> and the like name the reason.</summary>
    public const string Decline = "sim_decline";

    /// <summary>Approved, but the answer comes after the caller has given up.</summary>
    public const string Slow = "sim_slow";

    /// <summary>Approved, but the answer is a 500, again and again: who wants to know must ask.</summary>
    public const string Error = "sim_error";

    /// <summary>The first request with a key gets a 500 before anything began; the same request again is approved.</summary>
    public const string Lost = "sim_lost";

    public static bool IsKnown(string token) =>
        token is Approve or Decline or Slow or Error or Lost || token.StartsWith(Decline + "_", StringComparison.Ordinal);

    /// <returns>Null where the token is not declined.</returns>
    public static string? DeclineCode(string token) => token switch
    {
        Decline => "generic_decline",
        _ when token.StartsWith(Decline + "_", StringComparison.Ordinal) => token[(Decline.Length + 1)..],
        _ => null,
    };
}
