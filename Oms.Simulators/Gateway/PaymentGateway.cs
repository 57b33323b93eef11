using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Oms.Simulators.Gateway;

/// <summary>
/// A payment gateway after the model of Stripe's PaymentIntents: form-encoded requests, minor units, idempotency keys, errors as
/// <c>{"error": {"type", "code", "message"}}</c>. Unlike Stripe it can be asked by reference and by key without delay, and wants no secret.
/// Decisions, keys and ledger only: <see cref="GatewayApi"/> serves it over HTTP, others may call it directly.
/// </summary>
internal sealed class PaymentGateway(GatewayLedger ledger, IdempotencyKeys keys, GatewaySettings settings)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Creates and confirms an intent. What is sent late is executed at once: until it is <see cref="GatewayReply.Sent"/>, its key is in use.</summary>
    /// <param name="form">The fields; null: the body was no form.</param>
    /// <param name="key">The idempotency key.</param>
    public GatewayReply Create(IReadOnlyDictionary<string, string>? form, string? key)
    {
        if (form is null)
        {
            return Reply(400, Invalid("parameter_unknown", "The body must be application/x-www-form-urlencoded.", param: null));
        }

        if (Read(form, out var request) is { } invalid)
        {
            // Not kept under the key: nothing began.
            return Reply(400, invalid);
        }

        switch (keys.Begin(key, "create " + JsonSerializer.Serialize(request, Json)))
        {
            case KeyClaim.Replay(var first):
                return new GatewayReply(first) { IsReplay = true };
            case KeyClaim.InUse:
                return Reply(409, new ErrorBody(new GatewayError("idempotency_error", "idempotency_key_in_use", "Another request with this key is still running.")));
            case KeyClaim.OtherParameters:
                return Reply(400, new ErrorBody(new GatewayError("idempotency_error", "idempotency_key_reused", "This key was first used with other parameters.")));
            default:
                break;
        }

        if (request!.Token == SimulatedTokens.Lost && keys.LoseOnce(key))
        {
            return Reply(500, ApiError());
        }

        var answer = Execute(request, key);
        return new GatewayReply(answer)
        {
            // The caller may be gone long before; the gateway finishes what it began.
            Delay = request.Token == SimulatedTokens.Slow ? settings.SlowAnswer : TimeSpan.Zero,
            Sent = () => keys.Save(key, answer),
        };
    }

    /// <summary>All intents of a reference or a key.</summary>
    public GatewayReply List(string? reference, string? key) => reference is null && key is null
        ? Reply(400, Invalid("parameter_missing", "reference or idempotency_key is needed.", "reference"))
        : Reply(200, new IntentList(ledger.Find(reference, key)));

    public GatewayReply Get(string id) => ledger.Find(id) is { } intent ? Reply(200, intent) : Reply(404, NoSuchIntent(id));

    public GatewayReply Cancel(string id) =>
        ledger.Cancel(id) is { } cancelled ? Reply(200, cancelled)
        : ledger.Find(id) is not { } intent ? Reply(404, NoSuchIntent(id))
        : Reply(400, new ErrorBody(new GatewayError("invalid_request_error", "payment_intent_unexpected_state", "It is cancelled already.") { PaymentIntent = intent }));

    /// <summary>What happened, for tests.</summary>
    public GatewayReply Ledger() => Reply(200, new Ledger(ledger.Entries()));

    private Answer Execute(AuthorisationRequest request, string? key)
    {
        if (SimulatedTokens.DeclineCode(request.Token) is { } code)
        {
            var error = new GatewayError("card_error", "card_declined", "The card was declined.") { DeclineCode = code };
            return Serialize(402, new ErrorBody(error with { PaymentIntent = ledger.Decline(request, key, error) }));
        }

        var intent = ledger.Authorise(request, key);
        return request.Token == SimulatedTokens.Error ? Serialize(500, ApiError()) : Serialize(200, intent);
    }

    /// <returns>Null where the form is complete.</returns>
    private static ErrorBody? Read(IReadOnlyDictionary<string, string> form, out AuthorisationRequest? request)
    {
        request = null;
        if (!long.TryParse(form.GetValueOrDefault("amount"), NumberStyles.None, CultureInfo.InvariantCulture, out var amount) || amount is 0)
        {
            return Invalid("parameter_invalid_integer", "amount: minor units, more than 0.", "amount");
        }

        if (form.GetValueOrDefault("currency") is not { Length: 3 } currency || !currency.All(char.IsAsciiLetterLower))
        {
            return Invalid("parameter_invalid", "currency: three lower-case letters.", "currency");
        }

        if (form.GetValueOrDefault("capture_method") != "manual" || form.GetValueOrDefault("confirm") != "true")
        {
            return Invalid("parameter_invalid", "This simulator authorises only: capture_method=manual and confirm=true.", "capture_method");
        }

        if (form.GetValueOrDefault("payment_method") is not { } token || !SimulatedTokens.IsKnown(token))
        {
            return Invalid("resource_missing", "No such payment method.", "payment_method");
        }

        request = new AuthorisationRequest(amount, currency, token, form.GetValueOrDefault("reference") is { Length: > 0 } reference ? reference : null);
        return null;
    }

    private static ErrorBody Invalid(string code, string message, string? param) => new(new GatewayError("invalid_request_error", code, message) { Param = param });

    private static ErrorBody NoSuchIntent(string id) => Invalid("resource_missing", $"No such payment_intent: '{id}'", "intent");

    private static ErrorBody ApiError() => new(new GatewayError("api_error", "internal_error", "Something went wrong on the gateway's end."));

    private static GatewayReply Reply<T>(int status, T body) => new(Serialize(status, body));

    private static Answer Serialize<T>(int status, T body) => new(status, JsonSerializer.SerializeToUtf8Bytes(body, Json));
}

/// <summary>What goes back to the caller, and when.</summary>
internal sealed record GatewayReply(Answer Answer)
{
    /// <summary>The first answer to this key again.</summary>
    public bool IsReplay { get; init; }

    /// <summary>How long the gateway takes before it answers.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>To be called when the answer goes out, whether anybody waits for it or not.</summary>
    public Action? Sent { get; init; }
}
