using System.Globalization;
using System.Text;

namespace Oms.Tests.Fuzzing;

/// <summary>A request as it goes over the wire; nothing of it is tidied up.</summary>
/// <param name="Headers">An authorization is the name of a token, such as <c>{good}</c>: tokens differ from run to run.</param>
internal sealed record HttpInput(string Method, string Target, IReadOnlyList<(string Name, string Value)> Headers, byte[] Body)
{
    /// <summary>The statuses that are right; empty: any answer without a fault.</summary>
    public IReadOnlyList<int> Expected { get; init; } = [];

    /// <summary>Values that no answer may hold.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    /// <summary>The order that the body holds, as it was before anything was changed; null: none.</summary>
    public byte[]? Order { get; init; }

    public HttpInput With(string name, string value) => this with { Headers = [.. Without(name).Headers, (name, value)] };

    public HttpInput Without(string name) => this with { Headers = [.. Headers.Where(header => header.Name != name)] };

    /// <summary>C# that makes it again, for the test that keeps it.</summary>
    public string ToTest()
    {
        var text = Encoding.UTF8.GetString(Body);
        var isText = Encoding.UTF8.GetBytes(text).AsSpan().SequenceEqual(Body);
        var headers = string.Join(", ", Headers.Select(static header => $"(\"{header.Name}\", {Literal(header.Value)})"));
        return string.Create(CultureInfo.InvariantCulture, $"new HttpInput(\"{Method}\", {Literal(Target)}, [{headers}], {(isText ? $"Encoding.UTF8.GetBytes({Literal(text)})" : $"Convert.FromBase64String(\"{Convert.ToBase64String(Body)}\")")})");
    }

    /// <summary>A C# string in which everything but plain ASCII is escaped.</summary>
    private static string Literal(string text)
    {
        var literal = new StringBuilder("\"");
        foreach (var letter in text)
        {
            literal = letter switch
            {
                '"' or '\\' => literal.Append('\\').Append(letter),
                >= ' ' and <= '~' => literal.Append(letter),
                _ => literal.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}"),
            };
        }

        return literal.Append('"').ToString();
    }
}
