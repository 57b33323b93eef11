namespace Oms.LocalAws.Gateway;

/// <summary>Path and query as they came over the wire: nothing normalised, so that `../` and encoded slashes stay what they are.</summary>
internal sealed record RequestTarget(IReadOnlyList<string> Segments, string RawQueryString)
{
    /// <summary>The path as functions see it: decoded, as HTTP APIs hand it on.</summary>
    public string Path => "/" + string.Join('/', Segments);

    public static RequestTarget Parse(string rawTarget)
    {
        var target = rawTarget;
        if (!target.StartsWith('/'))
        {
            // The absolute form that proxies use: http://host/path?query.
            var authority = target.IndexOf("://", StringComparison.Ordinal);
            var slash = authority < 0 ? -1 : target.IndexOf('/', authority + 3);
            target = slash < 0 ? "/" : target[slash..];
        }

        var question = target.IndexOf('?', StringComparison.Ordinal);
        var path = question < 0 ? target : target[..question];
        // Split before decoding: an encoded slash belongs to its segment.
        return new([.. path[1..].Split('/').Select(Uri.UnescapeDataString)], question < 0 ? "" : target[(question + 1)..]);
    }

    /// <summary>Decoded parameters in order of first appearance; repeated ones are joined by commas.</summary>
    public IReadOnlyDictionary<string, string> Query()
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in RawQueryString.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            var name = Decode(equals < 0 ? pair : pair[..equals]);
            var value = equals < 0 ? "" : Decode(pair[(equals + 1)..]);
            parameters[name] = parameters.TryGetValue(name, out var earlier) ? $"{earlier},{value}" : value;
        }

        return parameters;
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
