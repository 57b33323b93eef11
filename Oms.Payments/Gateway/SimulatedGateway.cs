using System.Globalization;
using System.Net;
using System.Text.Json;

namespace Oms.Payments.Gateway;

/// <summary>The gateway of Oms.Simulators: Stripe's PaymentIntents with manual capture, which can also be asked by key.</summary>
internal sealed class SimulatedGateway(HttpClient http, Uri address, TimeProvider time) : IPaymentGateway
{
    /// <summary>Shorter than a worker's patience with one message; who answers later is asked.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public GatewayTraits Traits { get; } = new(KeyHorizon: TimeSpan.FromHours(24), CanBeAsked: true, PartialCapture.Once);

    public Task<GatewayOutcome> AuthoriseAsync(Authorisation authorisation, CancellationToken cancellation)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, "/v1/payment_intents"))
        {
            Content = new FormUrlEncodedContent(
            [
                new("amount", authorisation.Amount.Minor.ToString(CultureInfo.InvariantCulture)),
                new("currency", authorisation.Amount.Currency.ToLowerInvariant()),
                new("payment_method", authorisation.Token),
                new("capture_method", "manual"),
                new("confirm", "true"),
                new("reference", authorisation.OrderId),
            ]),
        };
        request.Headers.Add("Idempotency-Key", authorisation.Key);
        return SendAsync(request, OfAuthorise, cancellation);
    }

    public Task<GatewayOutcome> FindAsync(string key, CancellationToken cancellation) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, new Uri(address, $"/v1/payment_intents?idempotency_key={Uri.EscapeDataString(key)}")), OfFind, cancellation);

    public Task<GatewayOutcome> VoidAsync(string reference, CancellationToken cancellation) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, new Uri(address, $"/v1/payment_intents/{Uri.EscapeDataString(reference)}/cancel")), OfVoid, cancellation);

    private static GatewayOutcome OfAuthorise(HttpStatusCode status, byte[] body) => status switch
    {
        HttpStatusCode.OK when ReadIntent(body) is { Status: "requires_capture", Id: { Length: > 0 } id } => new GatewayOutcome.Approved(id),
        HttpStatusCode.PaymentRequired when ReadError(body) is { Type: "card_error" } error => new GatewayOutcome.Declined(Code(error)),

        // An idempotency_error is a 400 as well, but then something does run, or ran, under this key.
        HttpStatusCode.BadRequest when ReadError(body) is { Type: "invalid_request_error" } error => new GatewayOutcome.Refused(Code(error)),
        _ => Unclear(status),
    };

    private static GatewayOutcome OfFind(HttpStatusCode status, byte[] body)
    {
        if (status is not HttpStatusCode.OK || JsonSerializer.Deserialize(body, GatewayJson.Default.GatewayIntentList) is not { Data: { } intents })
        {
            return Unclear(status);
        }

        if (intents.Find(i => i.Status == "requires_capture") is { Id: { Length: > 0 } id })
        {
            return new GatewayOutcome.Approved(id);
        }

        return intents switch
        {
            [] => new GatewayOutcome.NotFound(),
            [.., { Status: "canceled" }] => new GatewayOutcome.Voided(),
            [.., { Status: "requires_payment_method", LastPaymentError: { } error }] => new GatewayOutcome.Declined(Code(error)),
            _ => Unclear(status),
        };
    }

    private static GatewayOutcome OfVoid(HttpStatusCode status, byte[] body) => status switch
    {
        HttpStatusCode.OK when ReadIntent(body) is { Status: "canceled" } => new GatewayOutcome.Voided(),
        HttpStatusCode.BadRequest when ReadError(body) is { PaymentIntent.Status: "canceled" } => new GatewayOutcome.Voided(),
        HttpStatusCode.BadRequest or HttpStatusCode.NotFound when ReadError(body) is { Type: "invalid_request_error" } error => new GatewayOutcome.Refused(Code(error)),
        _ => Unclear(status),
    };

    private async Task<GatewayOutcome> SendAsync(HttpRequestMessage request, Func<HttpStatusCode, byte[], GatewayOutcome> read, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        using (request)
        {
            try
            {
                using var response = await http.SendAsync(request, either.Token);
                return read(response.StatusCode, await response.Content.ReadAsByteArrayAsync(either.Token));
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                return new GatewayOutcome.Unknown("time-out");
            }
            catch (Exception fault) when (fault is HttpRequestException or IOException)
            {
                return new GatewayOutcome.Unknown("connection-lost");
            }
            catch (JsonException)
            {
                return new GatewayOutcome.Unknown("unreadable");
            }
        }
    }

    private static GatewayIntent? ReadIntent(byte[] body) => JsonSerializer.Deserialize(body, GatewayJson.Default.GatewayIntent);

    private static GatewayError? ReadError(byte[] body) => JsonSerializer.Deserialize(body, GatewayJson.Default.GatewayErrorBody)?.Error;

    private static GatewayOutcome.Unknown Unclear(HttpStatusCode status) => new($"http-{(int)status}");

    /// <summary>Codes are kept and published; text that is not one could be anything.</summary>
    private static string Code(GatewayError error) =>
        (error.DeclineCode ?? error.Code) is { Length: > 0 and <= 64 } code && code.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-') ? code : "unnamed";
}
