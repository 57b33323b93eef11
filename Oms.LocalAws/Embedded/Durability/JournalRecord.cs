using System.Text;
using Oms.LocalAws.Proxy;

namespace Oms.LocalAws.Embedded.Durability;

/// <summary>One entry of the journal: a call at its time, or (only at the start of a file) all state until then.</summary>
internal sealed record JournalRecord(DateTimeOffset At, AwsService? Service, string Operation, ReadOnlyMemory<byte> Body)
{
    private const byte StateMark = 255;

    public bool IsState => Service is null;

    public static JournalRecord State(DateTimeOffset at, ReadOnlyMemory<byte> body) => new(at, null, "", body);

    public void Write(Stream to)
    {
        using var writer = new BinaryWriter(to, Encoding.UTF8, leaveOpen: true);
        writer.Write(At.UtcTicks);
        writer.Write(Service is { } service ? (byte)service : StateMark);
        writer.Write(Operation);
        writer.Write(Body.Length);
        writer.Write(Body.Span);
    }

    public static IEnumerable<JournalRecord> ReadAll(byte[] frame)
    {
        using var stream = new MemoryStream(frame);
        using var reader = new BinaryReader(stream, Encoding.UTF8);
        while (stream.Position < stream.Length)
        {
            var at = new DateTimeOffset(reader.ReadInt64(), TimeSpan.Zero);
            var mark = reader.ReadByte();
            var operation = reader.ReadString();
            yield return new(at, mark == StateMark ? null : (AwsService)mark, operation, reader.ReadBytes(reader.ReadInt32()));
        }
    }
}
