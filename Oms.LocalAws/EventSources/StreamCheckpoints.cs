using System.Text.Json;
using System.Text.Json.Serialization;

namespace Oms.LocalAws.EventSources;

/// <summary>How far one function has read each shard of one stream; kept in a file that a crash leaves whole.</summary>
internal sealed partial class StreamCheckpoints(string file)
{
    private readonly Lock _gate = new();
    private Positions _positions = new("", []);

    /// <summary>Positions in another stream (a table made anew) are worth nothing and are dropped.</summary>
    public void Open(string streamArn)
    {
        lock (_gate)
        {
            if (_positions.Stream == streamArn) return;
            var kept = Read();
            _positions = kept?.Stream == streamArn ? kept : new(streamArn, []);
        }
    }

    public Position? this[string shard]
    {
        get
        {
            lock (_gate) return _positions.Shards.GetValueOrDefault(shard);
        }
    }

    public bool IsNew
    {
        get
        {
            lock (_gate) return _positions.Shards.Count == 0;
        }
    }

    /// <summary>Written beside and moved over: a reader finds the old file or the new one, never half of one.</summary>
    public void Save(string shard, Position position)
    {
        lock (_gate)
        {
            _positions.Shards[shard] = position;
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            var next = file + ".next";
            File.WriteAllBytes(next, JsonSerializer.SerializeToUtf8Bytes(_positions, Json.Default.Positions));
            File.Move(next, file, overwrite: true);
        }
    }

    public void Forget()
    {
        lock (_gate)
        {
            _positions = new("", []);
            // File.Delete minds a missing folder, and there is none before the first position is saved.
            if (File.Exists(file)) File.Delete(file);
        }
    }

    private Positions? Read()
    {
        if (!File.Exists(file)) return null;
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(file), Json.Default.Positions);
        }
        catch (JsonException)
        {
            // Only a lost disk write can leave this; reading from the start repeats records, and functions are safe twice.
            return null;
        }
    }

    /// <param name="After">The last sequence number that is done, or null before the first.</param>
    /// <param name="Closed">The shard ended and everything in it is done.</param>
    internal sealed record Position(string? After, bool Closed);

    internal sealed record Positions(string Stream, Dictionary<string, Position> Shards);

    [JsonSerializable(typeof(Positions))]
    private sealed partial class Json : JsonSerializerContext;
}
