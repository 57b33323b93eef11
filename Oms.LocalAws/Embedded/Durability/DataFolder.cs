using System.Text.Json;
using Oms.LocalAws.Embedded.DynamoDb;
using Oms.LocalAws.Embedded.Messaging;
using Oms.LocalAws.Proxy;

namespace Oms.LocalAws.Embedded.Durability;

/// <summary>The folder with the file of the embedded backend: held by one process, read at the start, compacted, and then appended to.</summary>
internal sealed partial class DataFolder : IDisposable
{
    public const string FileName = "aws.journal";

    private readonly FileStream _lock;

    private DataFolder(FileStream held, EngineSet engines, Journal journal)
    {
        _lock = held;
        Engines = engines;
        Journal = journal;
    }

    /// <summary>With the state that the file tells.</summary>
    public EngineSet Engines { get; }

    public Journal Journal { get; }

    /// <exception cref="LocalAwsException">The folder cannot be had, or what is in it cannot be read.</exception>
    public static DataFolder Open(string folder, Func<EngineSet> make, Func<string, JournalFile> append, ILogger log)
    {
        FileStream? held = null;
        try
        {
            FolderSync.Create(folder);
            held = Hold(folder);
            var path = Path.Combine(folder, FileName);
            // What is left of a compaction that did not come to its end; the file that it was to replace is whole.
            var next = path + ".next";
            File.Delete(next);
            var engines = make();
            var records = File.Exists(path) ? Recover(path, engines, log) : 0;
            // One record is the state that the last start wrote.
            if (records != 1)
            {
                var state = JournalRecord.State(engines.Clock.GetUtcNow(), EmbeddedState.Of(engines));
                // What lives on is what the next start will read, to the order of what happens by itself; what cannot be read replaces nothing.
                engines = make();
                Replay(state, engines, path);
                WriteState(next, path, state);
            }

            return new DataFolder(held, engines, new Journal(append(path)));
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException)
        {
            held?.Dispose();
            throw new LocalAwsException($"the data folder {folder} cannot be used (setting 'data'): {unusable.Message}", unusable);
        }
        catch
        {
            held?.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Journal.Dispose();
        _lock.Dispose();
    }

    /// <summary>What .NET gives where another process holds the file: Windows's ERROR_SHARING_VIOLATION, elsewhere EWOULDBLOCK.</summary>
    private static int SharingViolation => OperatingSystem.IsWindows() ? unchecked((int)0x80070020) : OperatingSystem.IsLinux() ? 11 : 35;

    private static FileStream Hold(string folder)
    {
        try
        {
            return new FileStream(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException taken) when (taken.HResult == SharingViolation)
        {
            throw new LocalAwsException($"the data folder {folder} is in use by another process (setting 'data')", taken);
        }
    }

    /// <summary>Does again what the file tells, and cuts off a last frame that is not whole: one that was not finished, of which nobody was told, or one that was damaged since.</summary>
    private static long Recover(string path, EngineSet engines, ILogger log)
    {
        long records = 0;
        var end = JournalFormat.Read(path, frame =>
        {
            foreach (var record in JournalRecord.ReadAll(frame))
            {
                records++;
                Replay(record, engines, path);
            }
        });
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.Read);
        if (file.Length > end)
        {
            LogTorn(log, path, end, file.Length - end);
            file.SetLength(end);
            file.Flush(flushToDisk: true);
        }

        LogRecovered(log, path, records, end);
        return records;
    }

    private static void Replay(JournalRecord record, EngineSet engines, string path)
    {
        engines.Clock.MoveTo(record.At);
        if (record.IsState)
        {
            Restore(record, engines, path);
            return;
        }

        using var call = new AwsCall(AccessPolicy.Administrator, record.Service!.Value, record.Operation, record.Body);
        var version = engines.Messaging.State.Version;
        var answer = engines.Call(call);
        if (call.Service == AwsService.DynamoDb ? !answer.IsSuccess : engines.Messaging.State.Version == version)
            throw new LocalAwsException($"{path} was written by another version of the embedded backend: its {record.Operation} of {record.At:O} does not come out as it did. Delete it to start anew.");
    }

    private static void Restore(JournalRecord state, EngineSet engines, string path)
    {
        try
        {
            EmbeddedState.Restore(state.Body.Span, engines);
        }
        catch (Exception unreadable) when (unreadable is JsonException or DynamoDbException or MessagingException)
        {
            throw new LocalAwsException($"the state of {state.At:O} in {path} cannot be read by this version of the embedded backend: {unreadable.Message}", unreadable);
        }
    }

    /// <summary>The old file stays until the new one is on the disk with all that it holds.</summary>
    private static void WriteState(string next, string path, JournalRecord state)
    {
        using (var content = new MemoryStream())
        {
            state.Write(content);
            using var file = new JournalFile(next);
            file.Write(JournalFormat.Header);
            file.Write(JournalFormat.Frame(content.GetBuffer().AsSpan(0, (int)content.Length)));
            file.Sync();
        }

        File.Move(next, path, overwrite: true);
        FolderSync.Sync(Path.GetDirectoryName(path)!);
    }

    [LoggerMessage(1, LogLevel.Information, "{Path}: {Records} records, {Bytes} bytes")]
    private static partial void LogRecovered(ILogger log, string path, long records, long bytes);

    [LoggerMessage(2, LogLevel.Warning, "{Path}: the last frame at offset {Offset} ({Bytes} bytes) is not whole and is cut off")]
    private static partial void LogTorn(ILogger log, string path, long offset, long bytes);
}
