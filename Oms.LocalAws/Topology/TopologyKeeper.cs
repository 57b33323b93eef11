using Oms.LocalAws.Templates;

namespace Oms.LocalAws.Topology;

/// <summary>Keeps tables, queues, topics and subscriptions of the template in the backends; doing it twice changes nothing.</summary>
public sealed partial class TopologyKeeper : IDisposable
{
    /// <summary>Backends start beside it, containers among them.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly LocalTemplate _template;
    private readonly BackendEndpoints _endpoints;
    private readonly BackendCalls _calls;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _turn = new(1);

    public TopologyKeeper(LocalTemplate template, BackendEndpoints endpoints, HttpClient http, TimeProvider time, ILogger<TopologyKeeper> logger)
    {
        _template = template;
        _endpoints = endpoints;
        _time = time;
        _logger = logger;
        _calls = new BackendCalls(http, endpoints);
    }

    /// <summary>
    /// Queues or tables had to be created, so what they held in an earlier life is gone (a backend may keep it in memory):
    /// stream readers start again from the beginning. Raised after everything is there again.
    /// </summary>
    public event EventHandler? TopologyLost;

    /// <summary>All of the template exists.</summary>
    public bool Applied { get; private set; }

    /// <summary>Creates what is missing; waits a while for backends that are still starting.</summary>
    public async Task ApplyAsync(CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel);
        try
        {
            await AnswersAsync("DynamoDB", _endpoints.DynamoDb, "dynamodb-url", () => _calls.DynamoDbAsync("ListTables", [], cancel), cancel);
            await AnswersAsync("SNS and SQS", _endpoints.Messaging, "messaging-url", () => QueueCreation.ExistingAsync(_calls, cancel), cancel);
            await EnsureAsync(cancel);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>For whoever is told that a queue, a topic or a table does not exist: creates it again unless another caller just did.</summary>
    public async Task RestoreAsync(CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel);
        try
        {
            await EnsureAsync(cancel);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task EnsureAsync(CancellationToken cancel)
    {
        Applied = false;
        List<string> tables = [];
        foreach (var table in _template.Tables)
        {
            if (await TableCreation.EnsureAsync(_calls, table, cancel))
                tables.Add(table.Name);
        }

        var queues = await EnsureMessagingAsync(cancel);
        Applied = true;
        if (tables.Count > 0)
            LogCreated(_logger, tables.Count, "tables", string.Join(", ", tables));
        if (queues.Count > 0)
            LogCreated(_logger, queues.Count, "queues", string.Join(", ", queues));
        if (tables.Count + queues.Count > 0)
            TopologyLost?.Invoke(this, EventArgs.Empty);
    }

    /// <returns>The queues that were not there.</returns>
    private async Task<IReadOnlyList<string>> EnsureMessagingAsync(CancellationToken cancel)
    {
        var existing = await QueueCreation.ExistingAsync(_calls, cancel);
        var missing = _template.Queues.Where(q => !existing.Contains(q.Name)).Select(q => q.Name).ToList();

        // A dead-letter queue comes before the queue that names it.
        foreach (var queue in _template.Queues.OrderBy(q => q.Redrive is not null))
            await QueueCreation.EnsureAsync(_calls, queue, cancel);
        foreach (var topic in _template.Topics)
            await SubscriptionCreation.EnsureTopicAsync(_calls, topic, cancel);
        foreach (var subscription in _template.Subscriptions)
            await SubscriptionCreation.EnsureAsync(_calls, _template, subscription, cancel);

        return missing;
    }

    private async Task AnswersAsync(string what, Uri where, string setting, Func<Task> ask, CancellationToken cancel)
    {
        var started = _time.GetTimestamp();
        while (true)
        {
            try
            {
                await ask();
                return;
            }
            catch (HttpRequestException) when (_time.GetElapsedTime(started) < Patience)
            {
                await Task.Delay(Pause, _time, cancel);
            }
            catch (HttpRequestException e)
            {
                throw new TemplateException($"{what} does not answer on {where} (setting '{setting}'): {e.Message}", e);
            }
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Created {Count} {Kind}: {Names}")]
    private static partial void LogCreated(ILogger logger, int count, string kind, string names);
}
