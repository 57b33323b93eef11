using System.Buffers;
using System.Text.Json;
using Oms.LocalAws.Proxy;
using Oms.LocalAws.Templates;

namespace Oms.LocalAws.Schedules;

/// <summary>EventBridge rules with a rate: each sends its constant input to its queue, first one rate after the start.</summary>
public sealed partial class ScheduleRunner : IAsyncDisposable
{
    private const string Service = "events.amazonaws.com";

    private readonly IReadOnlyList<LocalSchedule> _schedules;
    private readonly AwsProxy _proxy;
    private readonly TimeProvider _time;
    private readonly ILogger<ScheduleRunner> _log;
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    public ScheduleRunner(LocalTemplate template, AwsProxy proxy, TimeProvider time, ILogger<ScheduleRunner> log)
    {
        _schedules = [.. template.Schedules.Where(s => s.Enabled)];
        foreach (var schedule in _schedules.Where(s => !MaySend(template.Queue(s.Queue), s)))
            throw new TemplateException($"the rule {schedule.Name} sends to {schedule.Queue}, whose policy does not allow sqs:SendMessage to {Service}");
        _proxy = proxy;
        _time = time;
        _log = log;
    }

    public void Start() => _running = Task.WhenAll(_schedules.Select(RunAsync));

    /// <summary>Sends a rule's input now, as its clock would.</summary>
    public async Task SendAsync(string rule, CancellationToken cancel)
    {
        var schedule = _schedules.FirstOrDefault(s => s.Name == rule) ?? throw new TemplateException($"the template has no rule '{rule}'");
        var buffer = new ArrayBufferWriter<byte>(256);
        await using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("QueueUrl", $"http://127.0.0.1/{LocalTemplate.Account}/{schedule.Queue}");
            json.WriteString("MessageBody", schedule.Input);
            json.WriteEndObject();
        }

        // The queue's policy was checked when this was made; beyond it the sender is AWS itself.
        using var call = new AwsCall(AccessPolicy.Administrator, AwsService.Sqs, "SendMessage", buffer.WrittenMemory);
        var answer = await _proxy.CallAsync(call, cancel);
        if (!answer.IsSuccess) LogMissed(schedule.Name, schedule.Queue, answer.Status);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private static bool MaySend(LocalQueue queue, LocalSchedule schedule) =>
        queue.Grants.Any(g => g.Service == Service && (g.SourceArns.Count == 0 || g.SourceArns.Contains(schedule.Arn)));

    private async Task RunAsync(LocalSchedule schedule)
    {
        using var timer = new PeriodicTimer(schedule.Rate, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token)) await SendAsync(schedule.Name, _stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The rule {Rule} could not send to {Queue}: status {Status}; the next tick comes as planned")]
    private partial void LogMissed(string rule, string queue, int status);
}
