using System.Security.Cryptography;

namespace Oms.Simulators.Gateway;

/// <summary>What the gateway did with people's money, in order. Nothing is taken back or forgotten: the proof that nobody was charged twice is read from here.</summary>
/// <param name="time">Stamps the lines.</param>
/// <param name="newId">Names the next intent; null: 24 random hex digits.</param>
internal sealed class GatewayLedger(TimeProvider time, Func<string>? newId = null)
{
    private readonly Lock gate = new();
    private readonly List<LedgerEntry> entries = [];
    private readonly Dictionary<string, PaymentIntent> intents = [];

    public PaymentIntent Authorise(AuthorisationRequest request, string? key) =>
        Open(request, key, IntentStatus.RequiresCapture, error: null, EntryKind.Authorised);

    public PaymentIntent Decline(AuthorisationRequest request, string? key, GatewayError error) =>
        Open(request, key, IntentStatus.RequiresPaymentMethod, error, EntryKind.Declined);

    public PaymentIntent? Find(string id)
    {
        lock (gate)
        {
            return intents.GetValueOrDefault(id);
        }
    }

    public IReadOnlyList<PaymentIntent> Find(string? reference, string? key)
    {
        lock (gate)
        {
            return [.. intents.Values.Where(i => (reference is null || i.Reference == reference) && (key is null || i.IdempotencyKey == key))];
        }
    }

    /// <returns>The intent as it is now; not cancelled where its state does not allow it.</returns>
    public PaymentIntent? Cancel(string id)
    {
        lock (gate)
        {
            if (intents.GetValueOrDefault(id) is not { Status: not IntentStatus.Canceled } intent)
            {
                return null;
            }

            intent = intent with { Status = IntentStatus.Canceled, AmountCapturable = 0 };
            intents[id] = intent;
            Write(EntryKind.Canceled, intent);
            return intent;
        }
    }

    public IReadOnlyList<LedgerEntry> Entries()
    {
        lock (gate)
        {
            return [.. entries];
        }
    }

    private PaymentIntent Open(AuthorisationRequest request, string? key, string status, GatewayError? error, string kind)
    {
        lock (gate)
        {
            var intent = new PaymentIntent
            {
                Id = "pi_" + (newId?.Invoke() ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12))),
                Amount = request.Amount,
                AmountCapturable = status == IntentStatus.RequiresCapture ? request.Amount : 0,
                Currency = request.Currency,
                Status = status,
                Created = time.GetUtcNow().ToUnixTimeSeconds(),
                Reference = request.Reference,
                IdempotencyKey = key,
                LastPaymentError = error,
            };
            intents.Add(intent.Id, intent);
            Write(kind, intent);
            return intent;
        }
    }

    private void Write(string kind, PaymentIntent intent) =>
        entries.Add(new LedgerEntry(entries.Count + 1, time.GetUtcNow(), kind, intent.Id, intent.Amount, intent.Currency, intent.Reference, intent.IdempotencyKey));
}
