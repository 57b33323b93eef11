using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Oms.Simulators.Gateway;

/// <summary>
/// A payment gateway after the model of Stripe's PaymentIntents: form-encoded requests, minor units, <c>Idempotency-Key</c>, errors as
/// <c>{"error": {"type", "code", "message"}}</c>. Unlike Stripe it can be asked by reference and by key without delay, and wants no secret.
/// </summary>
internal static class GatewayApi
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static void Map(WebApplication app)
    {
        app.MapPost("/v1/payment_intents", AuthoriseAsync);
        app.MapGet("/v1/payment_intents", (string? reference, [Microsoft.AspNetCore.Mvc.FromQuery(Name = "idempotency_key")] string? key, GatewayLedger ledger) =>
            reference is null && key is null
                ? Write(400, Invalid("parameter_missing", "reference or idempotency_key is needed.", "reference"))
                : Write(200, new IntentList(ledger.Find(reference, key))));
        app.MapGet("/v1/payment_intents/{id}", (string id, GatewayLedger ledger) =>
            ledger.Find(id) is { } intent ? Write(200, intent) : Write(404, NoSuchIntent(id)));
        app.MapPost("/v1/payment_intents/{id}/cancel", Cancel);
        app.MapGet("/simulator/ledger", (GatewayLedger ledger) => Write(200, new Ledger(ledger.Entries())));
    }

    private static async Task<Bytes> AuthoriseAsync(
        HttpContext http, GatewayLedger ledger, IdempotencyKeys keys, GatewaySettings settings, TimeProvider time, IHostApplicationLifetime life)
    {
        if (!http.Request.HasFormContentType)
        {
            return Write(400, Invalid("parameter_unknown", "The body must be application/x-www-form-urlencoded.", param: null));
        }

        var form = await http.Request.ReadFormAsync(life.ApplicationStopping);
        if (Read(form, out var request) is { } invalid)
        {
            // Not kept under the key: nothing began.
            return Write(400, invalid);
        }

        var key = http.Request.Headers["Idempotency-Key"].FirstOrDefault();
        switch (keys.Begin(key, "create " + JsonSerializer.Serialize(request, Json)))
        {
            case KeyClaim.Replay(var first):
                http.Response.Headers["Idempotent-Replayed"] = "true";
                return Write(first);
            case KeyClaim.InUse:
                return Write(409, new ErrorBody(new GatewayError("idempotency_error", "idempotency_key_in_use", "Another request with this key is still running.")));
            case KeyClaim.OtherParameters:
                return Write(400, new ErrorBody(new GatewayError("idempotency_error", "idempotency_key_reused", "This key was first used with other parameters.")));
            default:
                break;
        }

        if (request!.Token == SimulatedTokens.Lost && keys.LoseOnce(key))
        {
            return Write(500, ApiError());
        }

        var answer = Execute(request, key, ledger);
        if (request.Token == SimulatedTokens.Slow)
        {
            // The caller may be gone long before; the gateway finishes what it began.
            await Task.Delay(settings.SlowAnswer, time, life.ApplicationStopping);
        }

        keys.Save(key, answer);
        return Write(answer);
    }

    private static Answer Execute(AuthorisationRequest request, string? key, GatewayLedger ledger)
    {
        if (SimulatedTokens.DeclineCode(request.Token) is { } code)
        {
            var error = new GatewayError("card_error", "card_declined", "The card was declined.") { DeclineCode = code };
            return Serialize(402, new ErrorBody(error with { PaymentIntent = ledger.Decline(request, key, error) }));
        }

        var intent = ledger.Authorise(request, key);
        return request.Token == SimulatedTokens.Error ? Serialize(500, ApiError()) : Serialize(200, intent);
    }

    private static Bytes Cancel(string id, GatewayLedger ledger) =>
        ledger.Find(id) is not { } intent ? Write(404, NoSuchIntent(id))
        : ledger.Cancel(id) is { } cancelled ? Write(200, cancelled)
        : Write(400, new ErrorBody(new GatewayError("invalid_request_error", "payment_intent_unexpected_state", "It is cancelled already.") { PaymentIntent = intent }));

    /// <returns>Null where the form is complete.</returns>
    private static ErrorBody? Read(IFormCollection form, out AuthorisationRequest? request)
    {
        request = null;
        if (!long.TryParse(form["amount"], NumberStyles.None, CultureInfo.InvariantCulture, out var amount) || amount is 0)
        {
            return Invalid("parameter_invalid_integer", "amount: minor units, more than 0.", "amount");
        }

        if (form["currency"].ToString() is not { Length: 3 } currency || !currency.All(char.IsAsciiLetterLower))
        {
            return Invalid("parameter_invalid", "currency: three lower-case letters.", "currency");
        }

        if (form["capture_method"] != "manual" || form["confirm"] != "true")
        {
            return Invalid("parameter_invalid", "This simulator authorises only: capture_method=manual and confirm=true.", "capture_method");
        }

        if (form["payment_method"].ToString() is var token && !SimulatedTokens.IsKnown(token))
        {
            return Invalid("resource_missing", "No such payment method.", "payment_method");
        }

        request = new AuthorisationRequest(amount, currency, token, form["reference"] is [{ Length: > 0 } reference] ? reference : null);
        return null;
    }

    private static ErrorBody Invalid(string code, string message, string? param) => new(new GatewayError("invalid_request_error", code, message) { Param = param });

    private static ErrorBody NoSuchIntent(string id) => Invalid("resource_missing", $"No such payment_intent: '{id}'", "intent");

    private static ErrorBody ApiError() => new(new GatewayError("api_error", "internal_error", "Something went wrong on the gateway's end."));

    private static Answer Serialize<T>(int status, T body) => new(status, JsonSerializer.SerializeToUtf8Bytes(body, Json));

    private static Bytes Write<T>(int status, T body) => Write(Serialize(status, body));

    private static Bytes Write(Answer answer) => new(answer);

    private sealed class Bytes(Answer answer) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = answer.Status;
            httpContext.Response.ContentType = "application/json";
            await httpContext.Response.Body.WriteAsync(answer.Body, httpContext.RequestAborted);
        }
    }
}
