namespace Oms.Simulation.Schedule;

/// <summary>
/// Seeded chance with an algorithm that is written here, so that a seed means the same for ever: PCG-XSH-RR 64/32
/// (M. O'Neill, "PCG: A Family of Simple Fast Space-Efficient Statistically Good Algorithms", 2014), seeded by SplitMix64.
/// It is a <see cref="Random"/>, so that services can be given one.
/// </summary>
internal sealed class Dice : Random
{
    private const ulong Multiplier = 6364136223846793005;

    private readonly ulong _increment;
    private ulong _state;

    /// <param name="seed">Of the run.</param>
    /// <param name="purpose">Each purpose has a sequence of its own: leaving a fault out does not change the orders.</param>
    public Dice(ulong seed, string purpose)
    {
        var mixed = seed;
        foreach (var letter in purpose)
        {
            mixed = Mix(unchecked(mixed + letter));
        }

        _increment = Mix(unchecked(mixed + 0x9E3779B97F4A7C15)) | 1;
        _state = mixed;
        NextUInt();
    }

    public uint NextUInt()
    {
        unchecked
        {
            var old = _state;
            _state = (old * Multiplier) + _increment;
            var shifted = (uint)(((old >> 18) ^ old) >> 27);
            return uint.RotateRight(shifted, (int)(old >> 59));
        }
    }

    public bool Chance(double probability) => probability > 0 && NextDouble() < probability;

    public T Pick<T>(IReadOnlyList<T> from) => from[Next(from.Count)];

    /// <summary>Evenly between the two.</summary>
    public TimeSpan Between(TimeSpan least, TimeSpan most) => least + TimeSpan.FromTicks((long)((most - least).Ticks * NextDouble()));

    public override double NextDouble() => ((((ulong)NextUInt() << 32) | NextUInt()) >> 11) * (1.0 / (1ul << 53));

    public override float NextSingle() => (float)NextDouble();

    public override int Next() => Next(int.MaxValue);

    public override int Next(int maxValue) => (int)NextInt64(maxValue);

    public override int Next(int minValue, int maxValue) => (int)NextInt64(minValue, maxValue);

    public override long NextInt64() => NextInt64(long.MaxValue);

    public override long NextInt64(long maxValue) => maxValue <= 1 ? 0 : (long)((((ulong)NextUInt() << 32) | NextUInt()) % (ulong)maxValue);

    public override long NextInt64(long minValue, long maxValue) => minValue + NextInt64(maxValue - minValue);

    public override void NextBytes(byte[] buffer) => NextBytes(buffer.AsSpan());

    public override void NextBytes(Span<byte> buffer)
    {
        for (var i = 0; i < buffer.Length; i++)
        {
            buffer[i] = (byte)(NextUInt() & 0xff);
        }
    }

    protected override double Sample() => NextDouble();

    private static ulong Mix(ulong value)
    {
        unchecked
        {
            value += 0x9E3779B97F4A7C15;
            value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
            value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
            return value ^ (value >> 31);
        }
    }
}
