namespace Oms.LocalAws.Embedded.Durability;

/// <summary>Makes records durable in the order in which they are appended; what is appended while a sync runs shares the next one.</summary>
internal sealed class Journal : IDisposable
{
    private readonly JournalFile _file;
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _work = new(0);
    private readonly Thread _writer;
    private MemoryStream _waiting = new();
    private TaskCompletionSource _synced = NewBatch();
    private bool _isStopping;
    private Exception? _broken;
    private long _syncs;

    public Journal(JournalFile file)
    {
        _file = file;
        Durable = Task.CompletedTask;
        _writer = new Thread(Write) { IsBackground = true, Name = "journal" };
        _writer.Start();
    }

    /// <summary>How many syncs there were; none is made without a record.</summary>
    public long Syncs => Interlocked.Read(ref _syncs);

    /// <summary>Ends when everything that was appended until now is durable; fails when that cannot be made so.</summary>
    public Task Durable { get; private set; }

    public Task Append(JournalRecord record)
    {
        lock (_gate)
        {
            if (_broken is not null) throw new IOException("The journal cannot be written any more.", _broken);
            record.Write(_waiting);
            Durable = _synced.Task;
        }

        _work.Release();
        return Durable;
    }

    public void Dispose()
    {
        _isStopping = true;
        _work.Release();
        _writer.Join();
        _work.Dispose();
        _file.Dispose();
        _waiting.Dispose();
    }

    private static TaskCompletionSource NewBatch() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Write()
    {
        while (true)
        {
            _work.Wait();
            MemoryStream batch;
            TaskCompletionSource synced;
            lock (_gate)
            {
                if (_waiting.Length == 0)
                {
                    if (_isStopping) return;
                    continue;
                }

                (batch, _waiting) = (_waiting, new MemoryStream());
                (synced, _synced) = (_synced, NewBatch());
            }

            try
            {
                _file.Write(JournalFormat.Frame(batch.GetBuffer().AsSpan(0, (int)batch.Length)));
                _file.Sync();
                Interlocked.Increment(ref _syncs);
                synced.SetResult();
            }
            catch (IOException failed)
            {
                lock (_gate) _broken = failed;
                synced.SetException(failed);
                _synced.SetException(failed);
                return;
            }
            finally
            {
                batch.Dispose();
            }
        }
    }
}
