namespace Oms.LocalAws.Embedded;

/// <summary>The CRC of IEEE 802.3: DynamoDB sends it with its answers (x-amz-crc32), and records on disk carry it.</summary>
internal static class Crc32
{
    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(static i =>
    {
        var value = (uint)i;
        for (var bit = 0; bit < 8; bit++) value = (value & 1) == 0 ? value >> 1 : (value >> 1) ^ 0xEDB88320;
        return value;
    })];

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var value = uint.MaxValue;
        foreach (var b in bytes) value = Table[(value ^ b) & 0xFF] ^ (value >> 8);
        return ~value;
    }
}
