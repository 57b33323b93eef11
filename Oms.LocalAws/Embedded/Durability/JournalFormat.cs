using System.Buffers.Binary;

namespace Oms.LocalAws.Embedded.Durability;

/// <summary>
/// The file's form: a header, then frames. A frame is its length, the CRC of the length, the CRC of the content, and the content: the
/// records that one sync made durable. Only the last frame can be unfinished, because the next is written after the sync of the one before;
/// and never the first, because a file gets its name when its first frame is on the disk.
/// </summary>
internal static class JournalFormat
{
    private const int Prefix = 12;

    public static ReadOnlySpan<byte> Header => "OMS AWS journal 2\n"u8;

    public static byte[] Frame(ReadOnlySpan<byte> content)
    {
        var frame = new byte[Prefix + content.Length];
        BinaryPrimitives.WriteInt32LittleEndian(frame, content.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(4), Crc32.Of(frame.AsSpan(0, 4)));
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(8), Crc32.Of(content));
        content.CopyTo(frame.AsSpan(Prefix));
        return frame;
    }

    /// <summary>The contents of all whole frames, one after another; what is returned last is where the whole ones end.</summary>
    /// <exception cref="LocalAwsException">A byte before the last frame is not what was written.</exception>
    public static long Read(string path, Action<byte[]> frame)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var header = new byte[Header.Length];
        if (file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length || !Header.SequenceEqual(header)) throw Damaged(path, 0, "is no journal of this version");
        var prefix = new byte[Prefix];
        while (true)
        {
            var start = file.Position;
            if (file.ReadAtLeast(prefix, Prefix, throwOnEndOfStream: false) < Prefix) return Unfinished(path, start);
            var length = BinaryPrimitives.ReadInt32LittleEndian(prefix);
            if (Crc32.Of(prefix.AsSpan(0, 4)) != BinaryPrimitives.ReadUInt32LittleEndian(prefix.AsSpan(4)))
            {
                // A file system may lengthen a file before it writes into it: zeros to the end are a frame that never came.
                if (IsZero(file)) return Unfinished(path, start);
                throw Damaged(path, start, "has a frame whose length is not what was written");
            }

            if (length > file.Length - file.Position) return Unfinished(path, start);
            var content = new byte[length];
            file.ReadExactly(content);
            if (Crc32.Of(content) != BinaryPrimitives.ReadUInt32LittleEndian(prefix.AsSpan(8)))
            {
                if (file.Position == file.Length) return Unfinished(path, start);
                throw Damaged(path, start, "has a frame whose content is not what was written");
            }

            frame(content);
        }
    }

    private static long Unfinished(string path, long start) =>
        start > Header.Length ? start : throw Damaged(path, start, "has a first frame that is not what was written");

    private static bool IsZero(FileStream file)
    {
        for (int b; (b = file.ReadByte()) >= 0;)
        {
            if (b != 0) return false;
        }

        return true;
    }

    private static LocalAwsException Damaged(string path, long offset, string how) =>
        new($"the data of the embedded backend is damaged: {path} at offset {offset} {how}. Restore the file from a copy, or delete it to start anew.");
}
