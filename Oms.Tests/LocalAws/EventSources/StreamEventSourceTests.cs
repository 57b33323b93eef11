using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Oms.LocalAws.Embedded;
using Oms.LocalAws.Templates;

namespace Oms.Tests.LocalAws.EventSources;

/// <summary>A table's stream as event source: order, retries, filters and positions.</summary>
public sealed class StreamEventSourceTests(SharedBackends backends)
{
    private readonly LocalTable _table = Templates.Table(Templates.Unique("orders"));

    [Fact]
    public async Task Records_come_in_order_and_as_AWS_writes_them()
    {
        await using var host = await EventSourceHost.StartAsync(backends, Template(), _ => "");
        for (var i = 0; i < 20; i++) await host.PutAsync(_table, "a", $"{i:00}");

        await Eventually.Async(() => host.Records.Count == 20);

        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"{i:00}"), host.Records.Select(Key));
        var record = host.Records[0];
        Assert.Equal("INSERT", record["eventName"]!.GetValue<string>());
        Assert.Equal("aws:dynamodb", record["eventSource"]!.GetValue<string>());
        Assert.Equal("us-east-1", record["awsRegion"]!.GetValue<string>());
        Assert.Equal(_table.StreamArn, record["eventSourceARN"]!.GetValue<string>());
        Assert.Equal("NEW_IMAGE", record["dynamodb"]!["StreamViewType"]!.GetValue<string>());
        foreach (var name in (string[])["ApproximateCreationDateTime", "Keys", "NewImage", "SequenceNumber", "SizeBytes"])
            Assert.NotNull(record["dynamodb"]![name]);
    }

    [Fact]
    public async Task A_write_wakes_the_reader_whose_clock_stands_still()
    {
        await using var embedded = await EmbeddedServer.StartAsync(new EmbeddedOptions { Port = 0 }, cancel: TestContext.Current.CancellationToken);
        await using var host = await EventSourceHost.StartAsync(embedded.Url, embedded.Url, Template(), _ => "", new FakeTimeProvider());
        for (var i = 1; i <= 5; i++)
        {
            await host.PutAsync(_table, "a", $"{i}");
            await Eventually.Async(() => host.Records.Count == i);
        }
    }

    [Fact]
    public async Task What_fails_is_tried_again_until_it_succeeds_and_nothing_overtakes_it()
    {
        var failures = 3;
        var succeeded = new List<string>();
        await using var host = await EventSourceHost.StartAsync(backends, Template(), e =>
        {
            if (failures-- > 0) throw new InvalidOperationException("SNS is down");
            succeeded.AddRange(e["Records"]!.AsArray().Select(r => Key(r!)));
            return "";
        });
        for (var i = 0; i < 5; i++) await host.PutAsync(_table, "a", $"{i}");

        await Eventually.Async(() => succeeded.Count == 5);

        Assert.Equal(["0", "1", "2", "3", "4"], succeeded);
    }

    [Fact]
    public async Task A_reported_failure_repeats_from_there_only()
    {
        var template = Template();
        await using (var first = await EventSourceHost.StartAsync(backends, template, _ => "", workers: 0))
            for (var i = 0; i < 4; i++) await first.PutAsync(_table, "a", $"{i}");
        var reported = false;
        await using var host = await EventSourceHost.StartAsync(backends, template, e =>
        {
            if (reported) return "{\"batchItemFailures\":[]}";
            reported = true;
            return Failures(e, "3", "2");
        });

        await Eventually.Async(() => host.Events.Count == 2);

        Assert.Equal(["0", "1", "2", "3", "2", "3"], host.Records.Select(Key));
    }

    [Fact]
    public async Task Reported_failures_are_ignored_where_the_template_does_not_ask_for_them()
    {
        await using var host = await EventSourceHost.StartAsync(backends, Template(s => s with { ReportBatchItemFailures = false }), e => Failures(e, "1"));
        await host.PutAsync(_table, "a", "1");
        await Eventually.Async(() => host.Records.Count == 1);
        await host.PutAsync(_table, "a", "2");
        await Eventually.Async(() => host.Records.Any(r => Key(r) == "2"));

        Assert.Equal(["1", "2"], host.Records.Select(Key));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(2, 3)]
    public async Task After_the_maximum_of_retries_the_batch_is_given_up(int retries, int attempts)
    {
        await using var host = await EventSourceHost.StartAsync(backends, Template(s => s with { MaximumRetryAttempts = retries }), e =>
            e["Records"]!.AsArray().Any(r => Key(r!) == "poison") ? throw new InvalidOperationException("poison") : "");
        await host.PutAsync(_table, "a", "poison");
        await Eventually.Async(() => host.Events.Count == attempts);
        await host.PutAsync(_table, "a", "next");
        await Eventually.Async(() => host.Records.Any(r => Key(r) == "next"));

        Assert.Equal(attempts, host.Records.Count(r => Key(r) == "poison"));
    }

    [Fact]
    public async Task Bisecting_isolates_the_record_that_fails()
    {
        var template = Template(s => s with { MaximumRetryAttempts = 1, BisectBatchOnFunctionError = true });
        await using (var first = await EventSourceHost.StartAsync(backends, template, _ => "", workers: 0))
            for (var i = 0; i < 8; i++) await first.PutAsync(_table, "a", $"{i}");
        var done = new List<string>();
        await using var host = await EventSourceHost.StartAsync(backends, template, e =>
        {
            var keys = e["Records"]!.AsArray().Select(r => Key(r!)).ToList();
            if (keys.Contains("5")) throw new InvalidOperationException("poison");
            done.AddRange(keys);
            return "";
        });

        await Eventually.Async(() => done.Contains("7"));

        Assert.Equal(["0", "1", "2", "3", "4", "6", "7"], done);
    }

    [Theory]
    [InlineData("""{"dynamodb":{"NewImage":{"outbox":{"S":[{"exists":true}]}}}}""", "with")]
    [InlineData("""{"dynamodb":{"NewImage":{"outbox":{"S":[{"exists":false}]}}}}""", "without")]
    [InlineData("""{"eventName":["MODIFY"]}""", "nothing")]
    public async Task A_filter_keeps_other_records_away(string pattern, string expected)
    {
        await using var host = await EventSourceHost.StartAsync(backends, Template(s => s with { FilterPatterns = [pattern] }), _ => "");
        await host.PutAsync(_table, "a", "with", ("outbox", "order.placed.v1"));
        await host.PutAsync(_table, "a", "without");
        await host.PutAsync(_table, "a", "nothing");
        await host.PutAsync(_table, "a", "nothing", ("x", "y"));

        await Eventually.Async(() => host.Records.Count > 0 && Key(host.Records[0]) == expected);

        if (expected == "with") Assert.Single(host.Records);
    }

    [Fact]
    public async Task The_position_outlives_LocalAws()
    {
        var state = Directory.CreateTempSubdirectory("oms-state-").FullName;
        try
        {
            await using (var first = await EventSourceHost.StartAsync(backends, Template(), _ => "", state: state))
            {
                await first.PutAsync(_table, "a", "1");
                await Eventually.Async(() => first.Records.Count == 1 && Directory.GetFiles(Path.Combine(state), "*.json", SearchOption.AllDirectories).Length == 1);
            }

            await using var second = await EventSourceHost.StartAsync(backends, Template(), _ => "", state: state);
            await second.PutAsync(_table, "a", "2");
            await Eventually.Async(() => second.Records.Count > 0);

            Assert.Equal(["2"], second.Records.Select(Key));
        }
        finally
        {
            Directory.Delete(state, recursive: true);
        }
    }

    [Fact]
    public async Task A_rewound_stream_is_read_from_its_start()
    {
        await using var host = await EventSourceHost.StartAsync(backends, Template(), _ => "");
        await host.PutAsync(_table, "a", "1");
        await Eventually.Async(() => host.Records.Count == 1);

        await host.Sources.RewindStreamsAsync();

        await Eventually.Async(() => host.Records.Count == 2);
        Assert.Equal(["1", "1"], host.Records.Select(Key));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public async Task A_batch_holds_at_most_the_batch_size(int size)
    {
        var template = Template(s => s with { BatchSize = size });
        await using (var first = await EventSourceHost.StartAsync(backends, template, _ => "", workers: 0))
            for (var i = 0; i < 10; i++) await first.PutAsync(_table, "a", i.ToString(CultureInfo.InvariantCulture));
        await using var host = await EventSourceHost.StartAsync(backends, template, _ => "");

        await Eventually.Async(() => host.Records.Count == 10);

        Assert.Equal(size, host.Events.Max(e => e["Records"]!.AsArray().Count));
    }

    [Fact]
    public void What_LocalAws_cannot_do_with_a_stream_is_refused_by_name()
    {
        Assert.Contains("ParallelizationFactor", Refused(s => s with { ParallelizationFactor = 2 }), StringComparison.Ordinal);
        Assert.Contains("AT_TIMESTAMP", Refused(s => s with { StartingPosition = "AT_TIMESTAMP" }), StringComparison.Ordinal);
        Assert.Contains("wildcard", Refused(s => s with { FilterPatterns = ["""{"dynamodb":{"Keys":{"pk":{"S":[{"wildcard":"a*"}]}}}}"""] }), StringComparison.Ordinal);

        string Refused(Func<StreamEventSource, StreamEventSource> change) => Assert.Throws<TemplateException>(() => EventSourceHost.Check(Template(change))).Message;
    }

    private static string Key(JsonNode record) => record["dynamodb"]!["Keys"]!["sk"]!["S"]!.GetValue<string>();

    private static string Failures(JsonNode e, params string[] keys) => new JsonObject
    {
        ["batchItemFailures"] = new JsonArray([.. keys.Select(key => new JsonObject
        {
            ["itemIdentifier"] = e["Records"]!.AsArray().Single(r => Key(r!) == key)!["dynamodb"]!["SequenceNumber"]!.GetValue<string>(),
        })]),
    }.ToJsonString();

    private LocalTemplate Template(Func<StreamEventSource, StreamEventSource>? change = null)
    {
        var function = Templates.Function("relay", Templates.Poll(_table));
        var source = Templates.Source(function, _table);
        return Templates.Empty with { Functions = [function], Tables = [_table], EventSources = [change?.Invoke(source) ?? source] };
    }
}
