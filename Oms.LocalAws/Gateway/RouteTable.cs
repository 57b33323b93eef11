using Oms.LocalAws.Templates;

namespace Oms.LocalAws.Gateway;

/// <summary>
/// Picks the most specific route as HTTP APIs do: a full match before a greedy one before $default,
/// a named method before ANY, and from the left a literal segment before a parameter.
/// </summary>
/// <remarks>https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html</remarks>
internal sealed class RouteTable
{
    private readonly List<Candidate> _candidates;
    private readonly LocalRoute? _fallback;

    public RouteTable(IEnumerable<LocalRoute> routes)
    {
        var all = routes.ToList();
        _fallback = all.FirstOrDefault(r => r.RouteKey == "$default");
        _candidates = [.. all.Where(r => r.RouteKey != "$default").Select(Candidate.Of).Order(Comparer<Candidate>.Create(Candidate.BySpecificity))];
    }

    public RouteMatch? Find(string method, IReadOnlyList<string> segments)
    {
        foreach (var candidate in _candidates)
        {
            if (candidate.TryMatch(method, segments) is { } parameters)
                return new RouteMatch(candidate.Route, parameters);
        }

        return _fallback is null ? null : new RouteMatch(_fallback, new Dictionary<string, string>(StringComparer.Ordinal));
    }

    private sealed record Candidate(LocalRoute Route, string Method, string[] Pattern)
    {
        private bool IsGreedy => IsGreedyPart(Pattern[^1]);

        public static Candidate Of(LocalRoute route) => route.RouteKey.Split(' ', 2) is [var method, ['/', .. var path]]
            ? new(route, method, path.Split('/'))
            : throw new TemplateException($"route key '{route.RouteKey}' should be a method and a path, or $default");

        public Dictionary<string, string>? TryMatch(string method, IReadOnlyList<string> segments)
        {
            if (Method != "ANY" && Method != method)
                return null;
            if (IsGreedy ? segments.Count < Pattern.Length : segments.Count != Pattern.Length)
                return null;
            var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
            for (var i = 0; i < Pattern.Length; i++)
            {
                var part = Pattern[i];
                if (IsGreedyPart(part))
                    parameters[part[1..^2]] = string.Join('/', segments.Skip(i));
                else if (IsParameter(part) && segments[i].Length > 0)
                    parameters[part[1..^1]] = segments[i];
                else if (part != segments[i])
                    return null;
            }

            return parameters;
        }

        public static int BySpecificity(Candidate one, Candidate other)
        {
            var order = one.IsGreedy.CompareTo(other.IsGreedy);
            if (order == 0)
                order = (one.Method == "ANY").CompareTo(other.Method == "ANY");
            for (var i = 0; order == 0 && i < one.Pattern.Length && i < other.Pattern.Length; i++)
                order = Rank(one.Pattern[i]).CompareTo(Rank(other.Pattern[i]));
            // Of two greedy routes the longer one says more.
            return order != 0 ? order : other.Pattern.Length.CompareTo(one.Pattern.Length);
        }

        private static int Rank(string part) => IsGreedyPart(part) ? 2 : IsParameter(part) ? 1 : 0;

        private static bool IsParameter(string part) => part.StartsWith('{') && part.EndsWith('}');

        private static bool IsGreedyPart(string part) => part.StartsWith('{') && part.EndsWith("+}", StringComparison.Ordinal);
    }
}

internal sealed record RouteMatch(LocalRoute Route, IReadOnlyDictionary<string, string> PathParameters);
