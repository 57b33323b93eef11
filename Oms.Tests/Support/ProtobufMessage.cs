using System.Buffers.Binary;
using System.Text;

namespace Oms.Tests.Support;

/// <summary>The fields of one protobuf message as they stand on the wire (protobuf.dev, "Encoding"): enough to read OTLP without generated code.</summary>
internal sealed class ProtobufMessage
{
    private readonly List<(int Field, ReadOnlyMemory<byte> Value)> _fields = [];

    public ProtobufMessage(ReadOnlyMemory<byte> wire)
    {
        for (var at = 0; at < wire.Length;)
        {
            var tag = Varint(wire.Span, ref at);
            var length = (int)(tag & 7) switch
            {
                0 => 0,
                1 => 8,
                2 => (int)Varint(wire.Span, ref at),
                5 => 4,
                var other => throw new InvalidDataException($"Wire type {other} is not of proto3"),
            };
            if ((tag & 7) == 0)
            {
                var value = new byte[8];
                BinaryPrimitives.WriteUInt64LittleEndian(value, Varint(wire.Span, ref at));
                _fields.Add(((int)(tag >> 3), value));
            }
            else
            {
                _fields.Add(((int)(tag >> 3), wire.Slice(at, length)));
                at += length;
            }
        }
    }

    public IEnumerable<ProtobufMessage> Messages(int field) => All(field).Select(static value => new ProtobufMessage(value));

    public string Text(int field) => All(field).Select(static value => Encoding.UTF8.GetString(value.Span)).FirstOrDefault("");

    /// <summary>Bytes as lower-case hexadecimal digits, as W3C writes ids; empty where there are none.</summary>
    public string Hex(int field) => All(field).Select(static value => Convert.ToHexStringLower(value.Span)).FirstOrDefault("");

    private IEnumerable<ReadOnlyMemory<byte>> All(int field) => _fields.Where(one => one.Field == field).Select(static one => one.Value);

    private static ulong Varint(ReadOnlySpan<byte> wire, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var part = wire[at++];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }
    }
}
