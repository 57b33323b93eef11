using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Oms.LocalAws.Embedded;
using Oms.LocalAws.Embedded.Durability;
using Oms.LocalAws.Proxy;

namespace Oms.Tests.LocalAws.Embedded;

/// <summary>An embedded backend with a data folder, which a test stops, spoils and starts again.</summary>
internal sealed class KeptAws : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("oms-kept-");
    private EmbeddedAws? _aws;

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero));

    public Recorded Log { get; } = new();

    public string Folder => _folder.FullName;

    public string File => Path.Combine(Folder, DataFolder.FileName);

    public EmbeddedAws Aws => _aws ??= Open(path => new JournalFile(path));

    public EmbeddedAws Open(Func<string, JournalFile> append) => _aws = new EmbeddedAws(Folder, null, Clock, Log, append);

    /// <summary>The process ends; the next use starts it again.</summary>
    public void Stop()
    {
        _aws?.Dispose();
        _aws = null;
    }

    public string State() => Encoding.UTF8.GetString(Aws.State());

    /// <param name="service">Who is called.</param>
    /// <param name="operation">For what.</param>
    /// <param name="body">What is sent, or an object of which JSON is made.</param>
    public async Task<AwsAnswer> TryAsync(AwsService service, string operation, object body)
    {
        using var call = new AwsCall("local", service, operation, body is string sent ? Encoding.UTF8.GetBytes(sent) : JsonSerializer.SerializeToUtf8Bytes(body));
        return await Aws.CallAsync(call, TestContext.Current.CancellationToken);
    }

    public async Task<JsonElement> CallAsync(AwsService service, string operation, object body)
    {
        var answer = await TryAsync(service, operation, body);
        var text = Encoding.UTF8.GetString(answer.Body.Span);
        Assert.True(answer.IsSuccess, text);
        return service == AwsService.Sns ? default : JsonDocument.Parse(text).RootElement;
    }

    public Task<JsonElement> SqsAsync(string operation, object body) => CallAsync(AwsService.Sqs, operation, body);

    public Task<JsonElement> DynamoDbAsync(string operation, object body) => CallAsync(AwsService.DynamoDb, operation, body);

    public Task SnsAsync(string form) => CallAsync(AwsService.Sns, form.Split('&')[0]["Action=".Length..], form);

    public Task CreateTableAsync(string name) => DynamoDbAsync("CreateTable", new
    {
        TableName = name,
        BillingMode = "PAY_PER_REQUEST",
        AttributeDefinitions = new[] { new { AttributeName = "pk", AttributeType = "S" }, new { AttributeName = "due", AttributeType = "N" } },
        KeySchema = new[] { new { AttributeName = "pk", KeyType = "HASH" } },
        GlobalSecondaryIndexes = new[] { new { IndexName = "due", KeySchema = new[] { new { AttributeName = "due", KeyType = "HASH" } }, Projection = new { ProjectionType = "KEYS_ONLY" } } },
        StreamSpecification = new { StreamEnabled = true, StreamViewType = "NEW_AND_OLD_IMAGES" },
    });

    public Task PutAsync(string table, string key, int due) => DynamoDbAsync("PutItem", new { TableName = table, Item = new { pk = new { S = key }, due = new { N = $"{due}" } } });

    public void Dispose()
    {
        Stop();
        _folder.Delete(recursive: true);
    }

    internal sealed class Recorded : ILogger
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Lines.Add($"{logLevel}: {formatter(state, exception)}");
    }
}
