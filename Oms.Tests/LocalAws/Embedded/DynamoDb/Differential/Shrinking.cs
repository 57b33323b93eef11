namespace Oms.Tests.LocalAws.Embedded.DynamoDb.Differential;

internal static class Shrinking
{
    /// <summary>Leaves out calls, many at once and then one by one, as long as a difference stays.</summary>
    public static CallSequence Shortest(CallSequence sequence, Func<CallSequence, bool> differs)
    {
        var calls = sequence.Calls.ToList();
        for (var size = calls.Count / 2; size > 0; size = size == 1 ? 0 : size / 2)
        {
            for (var at = 0; at + size <= calls.Count;)
            {
                List<WireCall> fewer = [.. calls[..at], .. calls[(at + size)..]];
                if (differs(sequence with { Calls = fewer })) calls = fewer;
                else at += size;
            }
        }

        return sequence with { Calls = calls };
    }
}
