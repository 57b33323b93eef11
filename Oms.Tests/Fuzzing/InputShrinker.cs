using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Oms.Tests.Fuzzing;

/// <summary>Makes an input smaller as long as the same is wrong with its answer.</summary>
internal static class InputShrinker
{
    private const int Tries = 500;

    /// <param name="fault">What is wrong with the answer to an input; null: nothing.</param>
    public static async Task<HttpInput> ShrinkAsync(HttpInput input, Func<HttpInput, Task<string?>> fault)
    {
        var wanted = await fault(input);
        var tries = 0;
        for (var smaller = true; smaller;)
        {
            smaller = false;
            foreach (var candidate in Smaller(input))
            {
                if (tries++ < Tries && await fault(candidate) == wanted)
                {
                    (input, smaller) = (candidate, true);
                    break;
                }
            }
        }

        return input;
    }

    private static IEnumerable<HttpInput> Smaller(HttpInput input)
    {
        foreach (var (name, _) in input.Headers)
        {
            yield return input.Without(name);
        }

        if (input.Target.IndexOf('?', StringComparison.Ordinal) is > 0 and var query)
        {
            yield return input with { Target = input.Target[..query] };
        }

        foreach (var body in Document(input.Body) is { } document ? Without(document) : Cut(input.Body))
        {
            yield return input with { Body = body };
        }
    }

    private static JsonNode? Document(byte[] body)
    {
        try
        {
            return JsonNode.Parse(body, documentOptions: new JsonDocumentOptions { MaxDepth = 64, AllowDuplicateProperties = false });
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The document without one of its values, the large ones first.</summary>
    private static IEnumerable<byte[]> Without(JsonNode root)
    {
        for (var pending = new Queue<JsonNode>([root]); pending.TryDequeue(out var node);)
        {
            var keys = node switch { JsonObject fields => fields.Select(static object (field) => field.Key).ToList(), JsonArray list => Enumerable.Range(0, list.Count).Select(static object (index) => index).ToList(), _ => [] };
            foreach (var key in keys)
            {
                var (value, restore) = Remove(node, key);
                yield return Encoding.UTF8.GetBytes(root.ToJsonString());
                restore();
                if (value is not null)
                {
                    pending.Enqueue(value);
                }
            }
        }
    }

    private static (JsonNode? Value, Action Restore) Remove(JsonNode node, object key)
    {
        if (node is JsonObject fields)
        {
            var (name, index) = ((string)key, fields.IndexOf((string)key));
            var value = fields[name];
            fields.Remove(name);
            return (value, () => fields.Insert(index, name, value));
        }

        var list = node.AsArray();
        var entry = list[(int)key];
        list.RemoveAt((int)key);
        return (entry, () => list.Insert((int)key, entry));
    }

    /// <summary>Bytes that are no document, without a half, a quarter, … of them.</summary>
    private static IEnumerable<byte[]> Cut(byte[] body)
    {
        for (var size = body.Length / 2; size > 0; size /= 2)
        {
            for (var start = 0; start + size <= body.Length; start += size)
            {
                yield return [.. body[..start], .. body[(start + size)..]];
            }
        }
    }
}
