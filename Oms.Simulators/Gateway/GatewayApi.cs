namespace Oms.Simulators.Gateway;

/// <summary>The payment gateway over HTTP.</summary>
internal static class GatewayApi
{
    public static void Map(WebApplication app)
    {
        app.MapPost("/v1/payment_intents", AuthoriseAsync);
        app.MapGet("/v1/payment_intents", (string? reference, [Microsoft.AspNetCore.Mvc.FromQuery(Name = "idempotency_key")] string? key, PaymentGateway gateway) => Write(gateway.List(reference, key)));
        app.MapGet("/v1/payment_intents/{id}", (string id, PaymentGateway gateway) => Write(gateway.Get(id)));
        app.MapPost("/v1/payment_intents/{id}/cancel", (string id, PaymentGateway gateway) => Write(gateway.Cancel(id)));
        app.MapGet("/simulator/ledger", (PaymentGateway gateway) => Write(gateway.Ledger()));
    }

    private static async Task<Bytes> AuthoriseAsync(HttpContext http, PaymentGateway gateway, TimeProvider time, IHostApplicationLifetime life)
    {
        var reply = gateway.Create(await FormAsync(http.Request, life.ApplicationStopping), http.Request.Headers["Idempotency-Key"].FirstOrDefault());
        if (reply.Delay > TimeSpan.Zero)
        {
            await Task.Delay(reply.Delay, time, life.ApplicationStopping);
        }

        reply.Sent?.Invoke();
        if (reply.IsReplay)
        {
            http.Response.Headers["Idempotent-Replayed"] = "true";
        }

        return Write(reply);
    }

    /// <returns>Null where the body is no form.</returns>
    private static async Task<Dictionary<string, string>?> FormAsync(HttpRequest request, CancellationToken cancellation)
    {
        try
        {
            var form = request.HasFormContentType ? await request.ReadFormAsync(cancellation) : null;
            return form?.ToDictionary(static field => field.Key, static field => field.Value.ToString(), StringComparer.Ordinal);
        }
        catch (InvalidDataException)
        {
            return null; // such as a NUL in a field
        }
    }

    private static Bytes Write(GatewayReply reply) => new(reply.Answer);

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
