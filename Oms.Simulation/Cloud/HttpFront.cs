using System.Text;
using Oms.LocalAws.Gateway;
using Oms.Simulation.Faults;

namespace Oms.Simulation.Cloud;

/// <summary>The HTTP API: finds the route, hands the function the event that API Gateway would, and answers as it does. Requests and answers may get lost on the way to the client.</summary>
internal sealed class HttpFront(World world)
{
    /// <summary>Longer than the integration time-out: the client gives up and knows nothing.</summary>
    public static readonly TimeSpan ClientPatience = TimeSpan.FromSeconds(20);

    /// <param name="heard">Called once: with the answer, or null where none came.</param>
    public void Send(ClientRequest request, Action<ClientAnswer?> heard)
    {
        var target = RequestTarget.Parse(request.Path);
        var match = world.Blueprint.Routes.Find(request.Method, target.Segments) ?? throw new InvalidOperationException($"the API has no route for {request.Method} {request.Path}, not even $default");
        var route = match.Route.RouteKey;
        var once = new Once(heard);
        if (world.GoesWrong(Mishap.RequestLost, "client", "http"))
        {
            world.Trace.Line(request.Client, $"{request.Method} {world.Named(request.Path)} is lost !{Mishap.RequestLost}");
            world.Time.After(ClientPatience, () => once.Hear(null));
            return;
        }

        world.Trace.Line(request.Client, $"{request.Method} {world.Named(request.Path)}");
        world.Time.After(ClientPatience, () => once.Hear(null));
        world.Time.After(world.Network.Way(), () =>
        {
            var overdue = world.Time.After(match.Route.IntegrationTimeout, () => Answer(request, route, GatewayAnswer.IntegrationTimeout, once));
            var payload = EventOf(request, match, target).ToPayload();
            var accepted = world.Fleet.Invoke(match.Route.Function, route, payload, outcome =>
            {
                overdue.CallOff();
                Answer(request, route, outcome is InvocationOutcome.Succeeded succeeded && GatewayAnswer.FromFunction(succeeded.Payload) is { } answer ? answer : GatewayAnswer.InternalError, once);
            });
            if (!accepted)
            {
                overdue.CallOff();
                Answer(request, route, GatewayAnswer.Unavailable, once);
            }
        });
    }

    private void Answer(ClientRequest request, string route, GatewayAnswer answer, Once once)
    {
        world.Coverage.Answer(route, answer.Status);
        if (world.GoesWrong(Mishap.ResponseLost, "client", "http"))
        {
            world.Trace.Line(request.Client, $"{answer.Status} to {request.Method} {world.Named(request.Path)} is lost !{Mishap.ResponseLost}");
            return;
        }

        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in answer.Headers)
        {
            headers[name] = value;
        }

        var heard = new ClientAnswer(answer.Status, headers, Encoding.UTF8.GetString(answer.Body.Span));
        world.Time.After(world.Network.Way(), () =>
        {
            world.Trace.Line(request.Client, $"{answer.Status} to {request.Method} {world.Named(request.Path)}");
            once.Hear(heard);
        });
    }

    private HttpApiEvent EventOf(ClientRequest request, RouteMatch match, RequestTarget target)
    {
        var claims = new Dictionary<string, string>(StringComparer.Ordinal) { ["client_id"] = request.Tenant, ["scope"] = string.Join(' ', match.Route.Scopes) };
        if (request.Stores.Count > 0)
        {
            claims["store"] = string.Join(' ', request.Stores);
        }

        List<KeyValuePair<string, string>> headers = [new("accept", "application/json"), new("content-type", "application/json")];
        if (request.Key is { } key)
        {
            headers.Add(new("idempotency-key", key));
        }

        return new HttpApiEvent(
            world.Blueprint.Api,
            match,
            match.Route.Authorizer is null ? null : new AuthorizedToken(claims, match.Route.Scopes),
            target,
            request.Method,
            "HTTP/1.1",
            "198.51.100.7",
            "oms.example",
            headers,
            request.Body,
            world.NextId("h"),
            world.Time.Now);
    }

    private sealed class Once(Action<ClientAnswer?> heard)
    {
        private bool _done;

        public void Hear(ClientAnswer? answer)
        {
            if (!_done)
            {
                _done = true;
                heard(answer);
            }
        }
    }
}

/// <param name="Client">Who sends it, for the trace.</param>
/// <param name="Tenant">What the token says.</param>
/// <param name="Stores">What the token says; empty: nothing.</param>
/// <param name="Path">With query, percent-encoded.</param>
/// <param name="Key">The Idempotency-Key.</param>
internal sealed record ClientRequest(string Client, string Tenant, IReadOnlyList<string> Stores, string Method, string Path, string? Key, ReadOnlyMemory<byte> Body);

internal sealed record ClientAnswer(int Status, IReadOnlyDictionary<string, string> Headers, string Body);
