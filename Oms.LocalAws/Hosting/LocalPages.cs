using System.Text;
using System.Text.Json.Nodes;
using Oms.LocalAws.Metering;
using Oms.LocalAws.Tokens;

namespace Oms.LocalAws.Hosting;

/// <summary>What LocalAws serves under /local besides the API: development tokens, discovery, health, capacity.</summary>
internal sealed class LocalPages(TokenIssuer issuer, Func<IReadOnlyList<string>> missing, CapacityMeter? meter)
{
    public const string Root = "/local";

    public Task HandleAsync(HttpContext context)
    {
        var query = context.Request.Query;
        switch (context.Request.Method, context.Request.Path.Value)
        {
            case ("GET", $"{Root}/token"):
                context.Response.Headers.CacheControl = "no-store";
                return WriteAsync(context, 200, issuer.Issue(query["scope"], query["store"], query["client"]));
            case ("GET", $"{Root}/.well-known/openid-configuration"):
                return WriteAsync(context, 200, issuer.Configuration());
            case ("GET", $"{Root}/.well-known/jwks.json"):
                return WriteAsync(context, 200, issuer.Keys());
            case ("GET", $"{Root}/health"):
                var waiting = missing();
                return waiting.Count == 0
                    ? WriteAsync(context, 200, new JsonObject { ["status"] = "ready" })
                    : WriteAsync(context, 503, new JsonObject
                    {
                        ["status"] = "starting",
                        ["missing"] = new JsonArray([.. waiting.Select(w => JsonValue.Create(w))]),
                    });
            case ("GET", $"{Root}/meter") when meter is not null:
                return WriteAsync(context, 200, JsonNode.Parse(meter.PageJson.Span)!);
            case ("DELETE", $"{Root}/meter") when meter is not null:
                meter.Reset();
                context.Response.StatusCode = StatusCodes.Status204NoContent;
                return Task.CompletedTask;
            default:
                return WriteAsync(context, 404, new JsonObject { ["message"] = "Not Found" });
        }
    }

    internal static async Task WriteAsync(HttpContext context, int status, JsonNode body)
    {
        var bytes = Encoding.UTF8.GetBytes(body.ToJsonString());
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = bytes.Length;
        await context.Response.Body.WriteAsync(bytes, context.RequestAborted);
    }
}
