namespace Oms.ServiceDefaults.Http;

/// <summary>The table of contents of an API function: one line per route.</summary>
public sealed class RouteTable
{
    private readonly List<Route> _routes = [];

    public IReadOnlyList<Route> Routes => _routes;

    public RouteTable Get(string pattern, string useCase, RouteHandler handler) => Add("GET", pattern, useCase, handler);

    public RouteTable Post(string pattern, string useCase, RouteHandler handler) => Add("POST", pattern, useCase, handler);

    public RouteTable Put(string pattern, string useCase, RouteHandler handler) => Add("PUT", pattern, useCase, handler);

    /// <summary>The route that API Gateway chose by its key, such as "POST /v1/orders".</summary>
    internal Route? Find(string routeKey) => _routes.Find(route => $"{route.Method} {route.Pattern}" == routeKey);

    /// <summary>For the gateway's <c>$default</c> route: the methods that this path does have.</summary>
    internal IReadOnlyList<string> MethodsOf(string path) => [.. _routes.Where(route => Matches(route.Pattern, path)).Select(route => route.Method).Distinct(StringComparer.Ordinal)];

    private static bool Matches(string pattern, string path)
    {
        var wanted = pattern.Split('/');
        var given = path.Split('/');
        return wanted.Length == given.Length
            && wanted.Zip(given).All(pair => pair.First.StartsWith('{') ? pair.Second.Length > 0 : pair.First == pair.Second);
    }

    private RouteTable Add(string method, string pattern, string useCase, RouteHandler handler)
    {
        _routes.Add(new Route(method, pattern, useCase, handler));
        return this;
    }
}

/// <summary>A handler of one route. Refusals are answers; exceptions are faults.</summary>
public delegate Task<ApiResponse> RouteHandler(ApiRequest request);

/// <param name="Pattern">As API Gateway writes it: <c>/v1/orders/{orderId}</c>.</param>
/// <param name="UseCase">The name of span and metric: the same as the file's.</param>
public sealed record Route(string Method, string Pattern, string UseCase, RouteHandler Handler);
