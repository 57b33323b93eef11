namespace Oms.LocalAws.Metering;

/// <summary>
/// One call with what it cost: computed from bytes, and as the backend reported it (null: not at all). Where the two
/// differ for a known reason, Misreport names it; any other difference is a mistake of the meter or of the backend.
/// </summary>
public sealed record MeteredCall(
    int Number,
    DateTimeOffset At,
    string Function,
    string Operation,
    bool Failed,
    decimal WriteUnits,
    decimal ReadUnits,
    decimal? Reported,
    string? Misreport,
    IReadOnlyList<MeteredWrite> Writes)
{
    public bool Agrees => Misreport is not null || Reported == WriteUnits + ReadUnits;
}

/// <summary>One written item: table units and index units are both part of Units.</summary>
public sealed record MeteredWrite(string Action, string Table, string Key, int Units, IReadOnlyDictionary<string, int> IndexUnits);
