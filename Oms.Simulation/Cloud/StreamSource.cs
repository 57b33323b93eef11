using System.Text;
using Oms.LocalAws.Embedded;
using Oms.LocalAws.EventSources;
using Oms.LocalAws.Templates;
using Oms.Simulation.Faults;
using Oms.Simulation.Schedule;

namespace Oms.Simulation.Cloud;

/// <summary>
/// What the Lambda service does with one table's stream: items are spread over shards by their partition key, each shard is handed over in order,
/// one batch at a time, again and again from the first record that is not done. Between shards there is no order at all.
/// </summary>
internal sealed class StreamSource
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    private readonly World _world;
    private readonly StreamEventSource _source;
    private readonly string _arn;
    private readonly Dice _dice;
    private readonly Shard[] _shards;
    private string? _after;

    public StreamSource(World world, StreamEventSource source)
    {
        _world = world;
        _source = source;
        _arn = world.Blueprint.Template.Table(source.Table).StreamArn;
        _dice = new Dice(world.Seed, "stream " + source.Table);
        _shards = [.. Enumerable.Range(0, 1 + _dice.Next(3)).Select(number => new Shard(this, number))];
    }

    public string Table => _source.Table;

    /// <summary>There may be new records.</summary>
    public void Wake()
    {
        foreach (var record in _world.Tables.NewRecords(Table, ref _after))
        {
            var whole = StreamRecord.Of(record, _arn);
            var key = record.GetProperty("dynamodb").GetProperty("Keys").GetProperty("pk").GetProperty("S").GetString()!;
            _shards[(int)(Hash(key) % (uint)_shards.Length)].Records.Add(whole);
        }

        foreach (var shard in _shards)
        {
            shard.Wake();
        }
    }

    /// <summary>Everything once more, from the beginning.</summary>
    public void Replay()
    {
        foreach (var shard in _shards)
        {
            shard.Replay();
        }
    }

    private bool Matches(StreamRecord record) => _world.Blueprint.Filters(_source.Function) is var filters && (filters.Count == 0 || filters.Any(filter => filter.Matches(record.Record)));

    /// <summary>The same in every process.</summary>
    private static uint Hash(string key)
    {
        var hash = Fnv1a.Of(Encoding.UTF8.GetBytes(key));
        return hash ^ (hash >> 16);
    }

    private sealed class Shard(StreamSource stream, int number)
    {
        private int _position;
        private int _failures;
        private int _most = int.MaxValue;
        private bool _busy;

        public List<StreamRecord> Records { get; } = [];

        public void Wake()
        {
            if (_busy || _position >= Records.Count)
            {
                return;
            }

            _busy = true;
            stream._world.Time.After(stream._dice.Between(TimeSpan.FromTicks(1), TimeSpan.FromMilliseconds(12)), Deliver);
        }

        public void Replay()
        {
            _position = 0;
            Wake();
        }

        private void Deliver()
        {
            var world = stream._world;
            var most = Math.Min(_most, stream._source.BatchSize);
            if (!world.IsSale && world.GoesWrong(Mishap.Split, stream.Table, "stream"))
            {
                most = 1 + stream._dice.Next(4);
            }

            var batch = new List<StreamRecord>();
            var end = _position;
            for (; end < Records.Count && batch.Count < most; end++)
            {
                if (stream.Matches(Records[end]))
                {
                    batch.Add(Records[end]);
                }
            }

            if (batch.Count == 0)
            {
                Done(end);
                return;
            }

            var first = _position;
            if (!world.Fleet.Invoke(stream._source.Function, "stream", StreamRecord.Event(batch), outcome => Ended(batch, first, end, outcome)))
            {
                world.Time.After(TimeSpan.FromMilliseconds(100), Deliver);
            }
        }

        private void Ended(List<StreamRecord> batch, int first, int end, InvocationOutcome outcome)
        {
            var world = stream._world;
            var done = Succeeded(batch, outcome);
            world.AfterRecords?.Invoke(stream.Table, batch[..done]);
            if (done == batch.Count)
            {
                _failures = 0;
                _most = int.MaxValue;
                if (world.GoesWrong(Mishap.ReRead, stream.Table, "stream"))
                {
                    end = first - stream._dice.Next(Math.Min(first, 5) + 1);
                    world.Trace.Line(stream.Table, $"shard {number} is read again from record {end} !{Mishap.ReRead}");
                }

                Done(end);
                return;
            }

            _failures++;
            _position = done > 0 ? Records.IndexOf(batch[done]) : first;
            if (batch.Count - done > 1 && world.GoesWrong(Mishap.Bisect, stream.Table, "stream"))
            {
                _most = (batch.Count - done + 1) / 2;
            }

            var pause = TimeSpan.FromMilliseconds(100 * Math.Pow(2, Math.Min(_failures, 12)));
            world.Time.After(pause < LongestPause ? pause : LongestPause, Deliver);
        }

        private void Done(int position)
        {
            _position = position;
            _busy = false;
            Wake();
        }

        /// <summary>How many from the first on are done.</summary>
        private int Succeeded(List<StreamRecord> batch, InvocationOutcome outcome)
        {
            if (outcome is not InvocationOutcome.Succeeded succeeded)
            {
                return 0;
            }

            if (!stream._source.ReportBatchItemFailures)
            {
                return batch.Count;
            }

            return BatchResponse.Failures(succeeded.Payload, batch.Select(static record => record.SequenceNumber).ToHashSet(StringComparer.Ordinal)) switch
            {
                null => 0,
                { Count: 0 } => batch.Count,
                var failures => batch.FindIndex(record => failures.Contains(record.SequenceNumber)),
            };
        }
    }
}
