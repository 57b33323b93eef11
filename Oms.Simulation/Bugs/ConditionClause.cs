namespace Oms.Simulation.Bugs;

/// <summary>One clause of one condition of one call site, which is told by function, operation, table, kind of item and the expression as it is written.</summary>
internal sealed record ConditionClause(string Site, string Expression, string Clause, string? Left, bool IsWeaker)
{
    public override string ToString() => $"{Site}: {Clause} of {Expression}";
}
