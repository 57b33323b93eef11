using System.Text;

namespace Oms.LocalAws.Proxy;

/// <summary>Reads a form body (the AWS query protocol) into its parameters.</summary>
internal static class QueryForm
{
    public static Dictionary<string, string> Read(ReadOnlySpan<byte> body)
    {
        var form = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in Encoding.UTF8.GetString(body).Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var at = pair.IndexOf('=', StringComparison.Ordinal);
            var name = at < 0 ? pair : pair[..at];
            form[Text(name)] = at < 0 ? "" : Text(pair[(at + 1)..]);
        }

        return form;
    }

    private static string Text(string escaped) => Uri.UnescapeDataString(escaped.Replace('+', ' '));
}
