using Amazon.DynamoDBv2.Model;
using Oms.ServiceDefaults.Store;

namespace Oms.Tests.Support;

/// <summary>Attributes as a later release may add them to an item, one of every type that DynamoDB has.</summary>
internal static class NewerAttributes
{
    private static Dictionary<string, AttributeValue> Sample => new(StringComparer.Ordinal)
    {
        ["later-text"] = new() { S = "Schön" },
        ["later-number"] = new() { N = "12.5" },
        ["later-mark"] = new() { BOOL = false },
        ["later-null"] = new() { NULL = true },
        ["later-bytes"] = new() { B = new MemoryStream([1, 2, 3]) },
        ["later-list"] = new() { L = [new() { S = "one" }, new() { M = new(StringComparer.Ordinal) { ["deep"] = new() { N = "1" } } }] },
        ["later-empty-list"] = new() { L = [], IsLSet = true },
        ["later-map"] = new() { M = new(StringComparer.Ordinal) { ["a"] = new() { S = "b" } } },
        ["later-empty-map"] = new() { M = [], IsMSet = true },
        ["later-texts"] = new() { SS = ["a", "b"] },
        ["later-numbers"] = new() { NS = ["1", "2"] },
        ["later-bytes-set"] = new() { BS = [new MemoryStream([4])] },
    };

    /// <summary>What newer code does to an item: it adds to it.</summary>
    public static async Task AddAsync(DynamoTable table, string pk, string sk)
    {
        var item = (await table.GetAsync(pk, sk, TestContext.Current.CancellationToken))!;
        foreach (var (name, value) in Sample)
        {
            item.Add(name, value);
        }

        Assert.True((await table.PutAsync(item, condition: null, TestContext.Current.CancellationToken)).Written);
    }

    /// <returns>The item, in which all of them stand as they were written.</returns>
    public static async Task<Dictionary<string, AttributeValue>> AssertThereAsync(DynamoTable table, string pk, string sk)
    {
        var item = (await table.GetAsync(pk, sk, TestContext.Current.CancellationToken))!;
        Assert.Equal(
            Sample.Select(static attribute => $"{attribute.Key} {Text(attribute.Value)}").Order(StringComparer.Ordinal),
            item.Where(static attribute => attribute.Key.StartsWith("later-", StringComparison.Ordinal)).Select(static attribute => $"{attribute.Key} {Text(attribute.Value)}").Order(StringComparer.Ordinal));
        return item;
    }

    private static string Text(AttributeValue value) =>
        value.S is { } text ? $"S {text}"
        : value.N is { } number ? $"N {number}"
        : value.BOOL is { } mark ? $"BOOL {mark}"
        : value.NULL == true ? "NULL"
        : value.B is { } bytes ? $"B {Convert.ToHexString(bytes.ToArray())}"
        : value.IsLSet ? $"L [{string.Join(", ", value.L.Select(Text))}]"
        : value.IsMSet ? $"M {{{string.Join(", ", value.M.OrderBy(static part => part.Key, StringComparer.Ordinal).Select(static part => $"{part.Key}: {Text(part.Value)}"))}}}"
        : value.SS is { Count: > 0 } texts ? $"SS {string.Join(' ', texts.Order(StringComparer.Ordinal))}"
        : value.NS is { Count: > 0 } numbers ? $"NS {string.Join(' ', numbers.Order(StringComparer.Ordinal))}"
        : $"BS {string.Join(' ', value.BS.Select(static one => Convert.ToHexString(one.ToArray())))}";
}
