using System.Text;

namespace Oms.Tests.Fuzzing;

/// <summary>An answer as it came over the wire; status 0 where the connection ended without one.</summary>
internal sealed record WireAnswer(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public static readonly WireAnswer None = new(0, new Dictionary<string, string>(StringComparer.Ordinal), []);

    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>Null where there is no such header.</summary>
    public string? Header(string name) => Headers.GetValueOrDefault(name);
}
