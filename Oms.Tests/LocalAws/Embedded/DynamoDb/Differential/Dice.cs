using CsCheck;

namespace Oms.Tests.LocalAws.Embedded.DynamoDb.Differential;

/// <summary>Choices drawn from CsCheck's generator: the same seed makes the same choices.</summary>
internal sealed class Dice(PCG pcg)
{
    public int Below(int count) => (int)pcg.Next((uint)count);

    public bool Chance(int percent) => Below(100) < percent;

    public T Of<T>(params ReadOnlySpan<T> choices) => choices[Below(choices.Length)];
}
