using System.Runtime.InteropServices;
using System.Text.Json;

namespace Oms.LocalAws.Embedded.DynamoDb.Operations;

/// <summary>The ClientRequestTokens of transactions that went through, for ten minutes, and what was asked with them.</summary>
internal sealed class RequestTokens(Database database)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private readonly Dictionary<string, ulong> _known = new(StringComparer.Ordinal);
    private readonly Queue<(string Token, DateTimeOffset End)> _ends = new();

    /// <summary>True: the same was done with this token before.</summary>
    /// <exception cref="DynamoDbException">The token stands for something else.</exception>
    public bool IsRepeated(string token, JsonElement actions)
    {
        while (_ends.TryPeek(out var oldest) && oldest.End <= database.Now)
        {
            _ends.Dequeue();
            _known.Remove(oldest.Token);
        }

        if (!_known.TryGetValue(token, out var hash)) return false;
        return hash == Hash(actions)
            ? true
            : throw DynamoDbException.Of("IdempotentParameterMismatchException", "Rejected the request because it was already processed with the same ClientRequestToken but with different parameters");
    }

    public void Remember(string token, JsonElement actions)
    {
        _known.Add(token, Hash(actions));
        _ends.Enqueue((token, database.Now + Lifetime));
    }

    public IReadOnlyList<TokenSnapshot> Save() => [.. _ends.Where(end => _known.ContainsKey(end.Token)).Select(end => new TokenSnapshot(end.Token, _known[end.Token], end.End))];

    public void Restore(IEnumerable<TokenSnapshot> saved)
    {
        foreach (var token in saved)
        {
            _known.Add(token.Token, token.Actions);
            _ends.Enqueue((token.Token, token.End));
        }
    }

    /// <summary>Of the values; the members of a structure count in any order.</summary>
    private static ulong Hash(JsonElement json)
    {
        const ulong start = Fnv1a.Start;
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                ulong members = 0;
                foreach (var member in json.EnumerateObject())
                    members = unchecked(members + Mixed(Fnv1a.Continue(start, JsonMarshal.GetRawUtf8PropertyName(member)), Hash(member.Value)));
                return Mixed(start, members);
            case JsonValueKind.Array:
                var elements = start + 1;
                foreach (var element in json.EnumerateArray()) elements = Mixed(elements, Hash(element));
                return elements;
            default:
                return Fnv1a.Continue(start, JsonMarshal.GetRawUtf8Value(json));
        }
    }

    private static ulong Mixed(ulong hash, ulong other) => Fnv1a.Continue(hash, MemoryMarshal.AsBytes(new ReadOnlySpan<ulong>(in other)));
}
