using System.Collections.Immutable;
using Oms.LocalAws.Templates;

namespace Oms.LocalAws.Embedded.Messaging;

/// <summary>A standard queue and its messages.</summary>
internal sealed class MessageQueue(string name, DateTimeOffset created)
{
    private readonly Dictionary<long, StoredMessage> _all = [];
    private readonly SortedSet<StoredMessage> _visible = new(Comparer<StoredMessage>.Create((a, b) => a.Number.CompareTo(b.Number)));
    private readonly SortedSet<StoredMessage> _hidden = new(ByTime(m => m.VisibleAt));
    private readonly SortedSet<StoredMessage> _byAge = new(ByTime(m => m.Sent));

    public string Name => name;

    public string Arn => ArnOf(name);

    public DateTimeOffset Created { get; } = created;

    public DateTimeOffset Changed { get; set; } = created;

    public DateTimeOffset? Purged { get; set; }

    public QueueSettings Settings { get; set; } = new();

    public ImmutableSortedDictionary<string, string> Tags { get; set; } = ImmutableSortedDictionary<string, string>.Empty.WithComparers(StringComparer.Ordinal);

    public IReadOnlyCollection<StoredMessage> Messages => _all.Values;

    public int VisibleCount => _visible.Count;

    public int HiddenCount => _hidden.Count;

    public int InFlightCount => _hidden.Count(m => m.IsInFlight);

    public int DelayedCount => _hidden.Count(m => !m.IsInFlight);

    /// <summary>When the next hidden message becomes visible.</summary>
    public DateTimeOffset? NextVisible => _hidden.Min?.VisibleAt;

    public static string ArnOf(string name) => $"arn:aws:sqs:{LocalTemplate.Region}:{LocalTemplate.Account}:{name}";

    public StoredMessage? Find(long number) => _all.GetValueOrDefault(number);

    public StoredMessage Visible(int index) => index == 0 ? _visible.Min! : _visible.ElementAt(index);

    public IEnumerable<StoredMessage> AllVisible => [.. _visible];

    public void Add(StoredMessage message, DateTimeOffset now)
    {
        _all.Add(message.Number, message);
        _byAge.Add(message);
        Place(message, now);
    }

    public void Remove(StoredMessage message)
    {
        _all.Remove(message.Number);
        _byAge.Remove(message);
        if (!_visible.Remove(message)) _hidden.Remove(message);
    }

    /// <summary>Hides a message until a time, or shows it when that is not in the future.</summary>
    public void Hide(StoredMessage message, DateTimeOffset until, DateTimeOffset now)
    {
        if (!_visible.Remove(message)) _hidden.Remove(message);
        message.VisibleAt = until;
        Place(message, now);
    }

    /// <summary>Shows what has waited long enough, and drops what has lain here for longer than the retention period.</summary>
    public void Advance(DateTimeOffset now)
    {
        while (_hidden.Min is { } next && next.VisibleAt <= now)
        {
            _hidden.Remove(next);
            next.IsInFlight = false;
            _visible.Add(next);
        }

        while (_byAge.Min is { } oldest && oldest.Sent.AddSeconds(Settings.RetentionSeconds) <= now) Remove(oldest);
    }

    public void Clear()
    {
        _all.Clear();
        _byAge.Clear();
        _visible.Clear();
        _hidden.Clear();
    }

    private static Comparer<StoredMessage> ByTime(Func<StoredMessage, DateTimeOffset> time) => Comparer<StoredMessage>.Create((a, b) =>
        time(a).CompareTo(time(b)) is var order and not 0 ? order : a.Number.CompareTo(b.Number));

    private void Place(StoredMessage message, DateTimeOffset now)
    {
        if (message.VisibleAt > now)
        {
            _hidden.Add(message);
        }
        else
        {
            message.IsInFlight = false;
            _visible.Add(message);
        }
    }
}
