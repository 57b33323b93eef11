using Oms.Simulation.Bugs;

namespace Oms.Tests.Simulation;

/// <summary>What is left of a condition without one of its clauses.</summary>
public sealed class ConditionTreeTests
{
    [Theory]
    [InlineData("#v = :was", "#v = :was => nothing, asks for less")]
    [InlineData("attribute_not_exists(pk)", "attribute_not_exists(pk) => nothing, asks for less")]
    [InlineData("a = :a AND b = :b", "a = :a => b = :b, asks for less; b = :b => a = :a, asks for less")]
    [InlineData("a = :a OR b = :b", "a = :a => b = :b, asks for more; b = :b => a = :a, asks for more")]
    [InlineData(
        "(attribute_not_exists(a) OR a <= :n) AND b = :b",
        "attribute_not_exists(a) => a <= :n AND b = :b, asks for more; a <= :n => attribute_not_exists(a) AND b = :b, asks for more; (attribute_not_exists(a) OR a <= :n) => b = :b, asks for less; b = :b => (attribute_not_exists(a) OR a <= :n), asks for less")]
    public void Each_clause_is_left_out_once(string expression, string expected) =>
        Assert.Equal(expected, string.Join("; ", ConditionTree.Read(expression).WithoutEach().Select(static part => $"{part.Clause} => {part.Left ?? "nothing"}, asks for {(part.IsWeaker ? "less" : "more")}")));

    [Fact]
    public void What_cannot_be_told_apart_is_refused() =>
        Assert.Throws<NotSupportedException>(static () => ConditionTree.Read("a BETWEEN :low AND :high"));
}
