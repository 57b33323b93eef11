namespace Oms.Simulators.Gateway;

/// <summary>Stripe's rule: the status and body of the first request with a key are kept, whether it succeeded or not, once it began to execute.</summary>
internal sealed class IdempotencyKeys(TimeProvider time, GatewaySettings settings)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Entry> entries = [];
    private readonly HashSet<string> lost = [];

    public KeyClaim Begin(string? key, string parameters)
    {
        if (key is null)
        {
            return new KeyClaim.First();
        }

        lock (gate)
        {
            var now = time.GetUtcNow();
            if (entries.TryGetValue(key, out var entry) && (entry.Answer is null || now - entry.At < settings.KeyHorizon))
            {
                return entry switch
                {
                    _ when entry.Parameters != parameters => new KeyClaim.OtherParameters(),
                    { Answer: { } answer } => new KeyClaim.Replay(answer),
                    _ => new KeyClaim.InUse(),
                };
            }

            entries[key] = new Entry(parameters, now, Answer: null);
            return new KeyClaim.First();
        }
    }

    public void Save(string? key, Answer answer)
    {
        if (key is null)
        {
            return;
        }

        lock (gate)
        {
            entries[key] = entries[key] with { Answer = answer };
        }
    }

    /// <summary>True once per key: that request is dropped before it begins, so the next one with the key is the first.</summary>
    public bool LoseOnce(string? key)
    {
        if (key is null)
        {
            return true;
        }

        lock (gate)
        {
            return lost.Add(key) && entries.Remove(key);
        }
    }

    private sealed record Entry(string Parameters, DateTimeOffset At, Answer? Answer);
}

/// <summary>An answer as it went out, kept byte for byte.</summary>
internal sealed record Answer(int Status, byte[] Body);

internal abstract record KeyClaim
{
    private KeyClaim()
    {
    }

    /// <summary>The first request with this key: it runs, and its answer is saved.</summary>
    internal sealed record First : KeyClaim;

    /// <summary>The first answer again, errors included.</summary>
    internal sealed record Replay(Answer Answer) : KeyClaim;

    /// <summary>The first request with this key is still running.</summary>
    internal sealed record InUse : KeyClaim;

    /// <summary>The key belongs to a request with other parameters.</summary>
    internal sealed record OtherParameters : KeyClaim;
}
