using System.Buffers;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Oms.LocalAws.Embedded.DynamoDb;
using Oms.LocalAws.Embedded.Messaging;
using Oms.LocalAws.Proxy;
using Oms.LocalAws.Topology;
using Oms.ServiceDefaults;
using Oms.ServiceDefaults.Telemetry;
using Oms.Simulation.Faults;
using Oms.Simulation.Schedule;
using Oms.Simulation.Versions;

namespace Oms.Simulation.Cloud;

/// <summary>
/// One whole system in one thread: the engines of DynamoDB, SNS and SQS, the functions of the template as processes with the real handlers,
/// the event sources, schedules and HTTP API between them, and a payment gateway. It does nothing by itself: <see cref="Run"/> takes one step of
/// the timeline after the other, and every step ends before the next begins.
/// </summary>
internal sealed class World : IDisposable
{
    /// <summary>More than any run of some hours takes.</summary>
    public const long UsualSteps = 200_000;

    private readonly DynamoDbEngine _tables;
    private readonly MessagingEngine _messaging;
    private readonly Dictionary<string, long> _ids = new(StringComparer.Ordinal);
    private Moment? _tablesDue;
    private Moment? _messagingDue;
    private DateTimeOffset? _tablesDueAt;
    private DateTimeOffset? _messagingDueAt;
    private bool _tablesTouched;
    private bool _messagingTouched;
    private bool _messagingDueTouched;

    /// <param name="seed">Decides everything that is not decided by the plan.</param>
    /// <param name="planOf">What goes wrong; the seed's own rates and dice are given.</param>
    /// <param name="coverage">Counts.</param>
    /// <param name="reader">Reads the trace as it is written; null: nobody does.</param>
    /// <param name="rates">How often things go wrong by name, in place of what the seed draws.</param>
    /// <param name="beside">A second version of the services, some of whose processes run beside the others; null: there is one.</param>
    public World(ulong seed, Func<FaultRates, Dice, Timeline, FaultPlan> planOf, Coverage coverage, Action<string>? reader, IReadOnlyDictionary<string, double> rates, OtherVersion? beside = null)
    {
        Seed = seed;
        Coverage = coverage;
        Time = new Timeline(new DateTimeOffset(2026, 11, 23, 9, 0, 0, TimeSpan.Zero));
        Trace = new Trace(Time, reader);
        IsSale = new Dice(seed, "sale").Chance(0.2);
        Rates = FaultRates.Draw(new Dice(seed, "rates"), IsSale, rates);
        Plan = planOf(Rates, new Dice(seed, "faults"), Time);
        Telemetry = FunctionTelemetry.LogsOnly(new TraceLoggers(Trace));
        Versions = beside is null ? null : new TwoVersions(this, beside);
        _tables = new DynamoDbEngine(Time, new TableChoices(this));
        _messaging = new MessagingEngine(Time, new QueueChoices(this));
        Create();
        Tables = new Tables(_tables);
        Network = new Network(this);
        Gateway = new Gateway(Time);
        Fleet = new Fleet(this);
        Front = new HttpFront(this);
        Queues = [.. Blueprint.Template.EventSources.OfType<LocalAws.Templates.QueueEventSource>().Select(source => new QueueSource(this, source))];
        Streams = [.. Blueprint.Template.EventSources.OfType<LocalAws.Templates.StreamEventSource>().Select(source => new StreamSource(this, source))];
        foreach (var schedule in Blueprint.Template.Schedules)
        {
            ScheduleTicks.Start(this, schedule);
        }
    }

    public ulong Seed { get; }

    public Blueprint Blueprint { get; } = Blueprint.Committed;

    public Timeline Time { get; }

    public Trace Trace { get; }

    public Coverage Coverage { get; }

    public FaultRates Rates { get; }

    /// <summary>Everybody wants the same article or two in the same moment, of which there are a few: what races for stock is rare in any other run.</summary>
    public bool IsSale { get; }

    public FaultPlan Plan { get; }

    public FunctionTelemetry Telemetry { get; }

    /// <summary>Null: all processes run the same.</summary>
    public TwoVersions? Versions { get; }

    /// <summary>The process whose call takes effect at this moment.</summary>
    public Instance? Acting { get; set; }

    public Network Network { get; }

    public Gateway Gateway { get; }

    public Fleet Fleet { get; }

    public HttpFront Front { get; }

    /// <summary>The raw items, and what was committed.</summary>
    public Tables Tables { get; }

    public IReadOnlyList<QueueSource> Queues { get; }

    public IReadOnlyList<StreamSource> Streams { get; }

    /// <summary>Called after every call that an engine has answered: all that one commit changed is there.</summary>
    public Action? AfterCommit { get; set; }

    /// <summary>Puts something around the handlers of processes that start from now on; nothing usually.</summary>
    public Func<IFunctionRole, IFunctionRole> Around { get; set; } = static role => role;

    /// <summary>Called when a function has said of a message that it is done: with its queue and body.</summary>
    public Action<string, string>? AfterAcknowledgement { get; set; }

    /// <summary>Called when a process sends a call, before anything happens to it.</summary>
    public Action<OutgoingCall>? Sending { get; set; }

    /// <summary>Called when a call has taken effect, with the callee's own answer.</summary>
    public Action<OutgoingCall, Reply>? Performed { get; set; }

    /// <summary>Called when a function has said of records of a table's stream that they are done.</summary>
    public Action<string, IReadOnlyList<LocalAws.EventSources.StreamRecord>>? AfterRecords { get; set; }

    /// <summary>What went wrong in the simulation itself, or in a check, where the code above it would have taken it for a fault of its own.</summary>
    public Exception? Broken { get; set; }

    /// <summary>Stands between the processes and AWS, and may change calls on their way; null: they arrive as they were sent.</summary>
    public Func<AwsCall, Func<AwsCall, AwsAnswer>, AwsAnswer>? OnTheWay { get; init; }

    /// <summary>Short names for long ids, for the reader of a trace.</summary>
    public Func<string, string> Named { get; set; } = static text => text;

    /// <summary>More steps than any run needs: what the system does, it does for ever.</summary>
    public bool IsEndless => Time.Steps >= MostSteps;

    /// <summary>What lasts for days may need more of them.</summary>
    public long MostSteps { get; init; } = UsualSteps;

    /// <summary>Takes steps until then, or until there were too many.</summary>
    public void Run(DateTimeOffset until)
    {
        while (!IsEndless && Time.Step(until))
        {
            AfterStep();
            if (Broken is { } broken)
            {
                throw new InvalidOperationException("A check, or the simulation itself, met something that it does not know", broken);
            }
        }
    }

    /// <summary>Faults stop: processes with wrong clocks and frozen ones are replaced, whatever is on its way arrives.</summary>
    public void CalmDown()
    {
        Trace.Line("world", "faults stop");
        Plan.End();
        Fleet.ReplaceAll();
    }

    /// <summary>A call to one of AWS's services takes effect.</summary>
    public AwsAnswer Call(AwsCall call)
    {
        AwsAnswer answer;
        if (call.Service is AwsService.Sqs or AwsService.Sns)
        {
            answer = _messaging.Call(call);
            _messagingDueTouched = true;

            // Who receives knows by itself what is left; anybody else may have put something there.
            _messagingTouched |= call.Operation != "ReceiveMessage";
        }
        else
        {
            var before = Tables?.Commits;
            answer = _tables.Call(call);
            if (Tables is not null && Tables.Commits != before)
            {
                _tablesTouched = true;
                AfterCommit?.Invoke();
            }
        }

        return answer;
    }

    /// <summary>A process's call takes effect.</summary>
    /// <param name="call">As it was sent.</param>
    /// <param name="partially">Of a batch the last entry is left out.</param>
    /// <returns>The answer, how long the callee takes for it, and what it does when it sends it.</returns>
    public (Reply Reply, TimeSpan Delay, Action? Sent) Perform(OutgoingCall call, bool partially)
    {
        if (call.Aws is not { } aws)
        {
            return Gateway.Handle(call);
        }

        var answer = partially && FaultyAnswers.WithoutLast(aws) is { } part ? FaultyAnswers.WithRest(aws, Call(part)) : OnTheWay is { } way ? way(aws, Call) : Call(aws);
        return (Reply.Of(answer), TimeSpan.Zero, null);
    }

    /// <summary>Whether it goes wrong now; counted where it does.</summary>
    public bool GoesWrong(Mishap mishap, string where, string operation)
    {
        if (!Plan.Happens(mishap, where))
        {
            return false;
        }

        Coverage.Fault(mishap.ToString(), where, operation);
        return true;
    }

    /// <summary>Puts a message into a queue.</summary>
    public void SendMessage(string caller, string queue, string body) => Call(caller, "SendMessage", queue, body);

    /// <summary>Throws away what lies in a queue.</summary>
    public void PurgeQueue(string caller, string queue) => Call(caller, "PurgeQueue", queue, body: null);

    public IReadOnlyList<QueuedMessage> Messages(string queue) => _messaging.Messages(queue);

    /// <summary>Whether a receive would find something: asking saves most of the receives that would not.</summary>
    public bool HasVisible(string queue) => _messaging.State.Queue(queue).VisibleCount > 0;

    /// <summary>The next id of a kind: r1, r2 …</summary>
    public string NextId(string kind)
    {
        var next = _ids.GetValueOrDefault(kind) + 1;
        _ids[kind] = next;
        return kind + next.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        Trace.Dispose();
        Versions?.Dispose();
        Telemetry.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    private void Call(string caller, string operation, string queue, string? body)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("QueueUrl", $"http://127.0.0.1/{LocalAws.Templates.LocalTemplate.Account}/{queue}");
            if (body is not null)
            {
                json.WriteString("MessageBody", body);
            }

            json.WriteEndObject();
        }

        using var call = new AwsCall(caller, AwsService.Sqs, operation, buffer.WrittenMemory);
        if (Call(call) is { IsSuccess: false } refused)
        {
            throw new InvalidOperationException($"{operation} of {queue} is refused: {System.Text.Encoding.UTF8.GetString(refused.Body.Span)}");
        }
    }

    private void Create()
    {
        using var http = new HttpClient(new EngineHandler(this)) { Timeout = Timeout.InfiniteTimeSpan };
        using var keeper = new TopologyKeeper(Blueprint.Template, new BackendEndpoints(Blueprint.Nowhere, Blueprint.Nowhere), http, Time, Telemetry.Logs.CreateLogger<TopologyKeeper>());
        var applied = keeper.ApplyAsync(CancellationToken.None);
        if (!applied.IsCompleted)
        {
            throw new InvalidOperationException("Creating tables, topics and queues waits for something; in one step of a simulation nothing may");
        }

        applied.GetAwaiter().GetResult();
    }

    /// <summary>What is due in the engines is a step of its own; event sources are woken when there may be something for them.</summary>
    private void AfterStep()
    {
        if (_messagingDueTouched)
        {
            _messagingDueTouched = false;
            Due(_messaging.NextDue, ref _messagingDueAt, ref _messagingDue, AdvanceMessaging);
        }

        if (_messagingTouched)
        {
            _messagingTouched = false;
            foreach (var source in Queues)
            {
                source.Wake();
            }
        }

        if (_tablesTouched)
        {
            _tablesTouched = false;
            Due(_tables.NextDue, ref _tablesDueAt, ref _tablesDue, AdvanceTables);
            foreach (var source in Streams)
            {
                source.Wake();
            }
        }

    }

    private void Due(DateTimeOffset? next, ref DateTimeOffset? planned, ref Moment? moment, Action advance)
    {
        if (next == planned)
        {
            return;
        }

        moment?.CallOff();
        planned = next;
        moment = next is { } time ? Time.At(time, advance) : null;
    }

    private void AdvanceMessaging()
    {
        _messagingDueAt = null;
        _messaging.Advance();
        _messagingTouched = true;
        _messagingDueTouched = true;
    }

    private void AdvanceTables()
    {
        _tablesDueAt = null;
        _tables.Advance();
        _tablesTouched = true;
        AfterCommit?.Invoke();
    }

    /// <summary>LocalAws's own code creates what the template says, straight in the engines.</summary>
    private sealed class EngineHandler(World world) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(Reply.Of(world.Call(OutgoingCall.ReadAws("world", request))).Message()!);
    }
}
