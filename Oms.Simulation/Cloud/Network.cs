using System.Net;
using System.Net.Http.Headers;
using Oms.LocalAws.Proxy;
using Oms.Simulation.Faults;
using Oms.Simulation.Schedule;

namespace Oms.Simulation.Cloud;

/// <summary>
/// Between the processes and everything they call. Each call is parked before its effect and again before its answer; when either comes is the dice's,
/// and what goes wrong with it the plan's. Continuations of the caller run inside the step that answers it.
/// </summary>
internal sealed class Network(World world)
{
    /// <summary>A request that was sent arrives within two minutes or never: the one thing that is taken for granted of the network.</summary>
    private static readonly TimeSpan LongestWay = TimeSpan.FromSeconds(110);

    private readonly Dice _dice = new(world.Seed, "network");
    private readonly double _slowness = new Dice(world.Seed, "slowness").NextDouble();

    public Task<HttpResponseMessage> SendAsync(Instance instance, OutgoingCall call, CancellationToken cancellation)
    {
        world.Time.RequireThread($"{instance.Name} calls {call.Operation}");
        world.Sending?.Invoke(call);
        var point = new CallPoint(instance.Function.Name, instance.Handler, call.Operation, call.Target, ++instance.Calls);
        var parked = new ParkedCall(instance, call, point, world.Plan.OfCall(point));
        world.Coverage.Call(point);
        if (parked.Fault != Fault.None)
        {
            world.Coverage.Fault(parked.Fault.ToString(), instance.Function.Name, call.Operation);
        }

        if (cancellation.CanBeCanceled)
        {
            parked.GivenUp = cancellation.UnsafeRegister(static (state, token) => ((ParkedCall)state!).Cancel(token), parked);
        }

        world.Time.After(Way(), () => TakeEffect(parked));
        return parked.Task;
    }

    /// <summary>Mostly a few milliseconds, now and then longer; how often differs from run to run.</summary>
    public TimeSpan Way()
    {
        var throwOf = _dice.NextDouble();
        var most = throwOf < 0.004 * _slowness ? 6000 : throwOf < 0.05 * _slowness ? 800 : 20;
        return TimeSpan.FromTicks(1 + (long)(most * TimeSpan.TicksPerMillisecond * _dice.NextDouble()));
    }

    private void TakeEffect(ParkedCall parked)
    {
        var (instance, call, fault) = (parked.Instance, parked.Call, parked.Fault);
        if (instance.IsDead && _dice.Chance(0.5))
        {
            return; // it had not left the dead process yet
        }

        switch (fault)
        {
            case Fault.CrashBefore:
                world.Trace.Line(instance.Name, $"{call.Operation} {call.Target} {world.Named(call.Detail)} !{fault}");
                instance.Die("before " + call.Operation);
                return;
            case Fault.Lost:
                world.Trace.Line(instance.Name, $"{call.Operation} {call.Target} {world.Named(call.Detail)} !{fault}");
                return;
            case Fault.ResetBefore:
                Answer(parked, Reply.Broken);
                return;
            case Fault.ErrorBefore or Fault.Throttle or Fault.Conflict or Fault.Down:
                Answer(parked, Reply.Of(FaultyAnswers.Of(call, fault)));
                return;
            case Fault.Late:
                world.Time.After(world.Plan.Lateness(parked.Point) ?? _dice.Between(TimeSpan.FromSeconds(6), LongestWay), () => Perform(parked));
                return;
            default:
                Perform(parked);
                return;
        }
    }

    private void Perform(ParkedCall parked)
    {
        var (instance, call, fault) = (parked.Instance, parked.Call, parked.Fault);
        world.Acting = instance;
        var (reply, delay, sent) = world.Perform(call, fault == Fault.Partial);
        world.Acting = null;
        world.Coverage.Step(instance.Function.Name);
        world.Performed?.Invoke(call, reply);
        if (sent is not null)
        {
            world.Time.After(delay, sent);
        }

        switch (fault)
        {
            case Fault.CrashAfter:
                Note(parked, reply);
                instance.Die("after " + call.Operation);
                break;
            case Fault.ErrorAfter:
                Answer(parked, Reply.Of(FaultyAnswers.Of(call, fault)), delay);
                break;
            case Fault.ResetAfter:
                Answer(parked, Reply.Broken, delay);
                break;
            case Fault.AnswerLost:
                Note(parked, reply);
                break;
            case Fault.Freeze:
                instance.Freeze(world.Plan.Freeze(parked.Point));
                Answer(parked, reply, delay);
                break;
            default:
                Answer(parked, reply, delay);
                break;
        }
    }

    private void Answer(ParkedCall parked, Reply reply, TimeSpan delay = default)
    {
        Note(parked, reply);
        world.Time.After(delay + Way(), () => parked.Instance.Resume(() => parked.Answer(reply)));
    }

    private void Note(ParkedCall parked, Reply reply) => world.Trace.Line(
        parked.Instance.Name,
        $"{parked.Call.Operation} {parked.Call.Target} {world.Named(parked.Call.Detail)} → {reply}{(parked.Fault == Fault.None ? "" : $" !{parked.Fault}")}");

    /// <summary>A call on its way.</summary>
    private sealed class ParkedCall(Instance instance, OutgoingCall call, CallPoint point, Fault fault)
    {
        private readonly TaskCompletionSource<HttpResponseMessage> _caller = new(); // continuations run inside Answer

        public Instance Instance => instance;

        public OutgoingCall Call => call;

        public CallPoint Point => point;

        public Fault Fault => fault;

        public CancellationTokenRegistration GivenUp { get; set; }

        public Task<HttpResponseMessage> Task => _caller.Task;

        public void Cancel(CancellationToken token) => _caller.TrySetCanceled(token);

        public void Answer(Reply reply)
        {
            GivenUp.Unregister();
            if (_caller.Task.IsCompleted)
            {
                return;
            }

            if (reply.Message() is { } message)
            {
                _caller.TrySetResult(message);
            }
            else
            {
                _caller.TrySetException(new HttpRequestException("An error occurred while sending the request.", new IOException("Connection reset by peer")));
            }
        }
    }
}

/// <summary>What a caller gets: an answer, or a connection that broke.</summary>
internal sealed record Reply(int Status, string ContentType, ReadOnlyMemory<byte> Body, IReadOnlyList<KeyValuePair<string, string>> Headers)
{
    public static readonly Reply Broken = new(0, "", default, []);

    public static Reply Of(AwsAnswer answer) => new(answer.Status, answer.ContentType, answer.Body, answer.Headers);

    public HttpResponseMessage? Message()
    {
        if (Status == 0)
        {
            return null;
        }

        var message = new HttpResponseMessage((HttpStatusCode)Status) { Content = new ReadOnlyMemoryContent(Body) };
        message.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(ContentType);
        foreach (var (name, value) in Headers)
        {
            message.Headers.TryAddWithoutValidation(name, value);
        }

        return message;
    }

    public override string ToString() => Status switch
    {
        0 => "connection reset",
        200 => "200",
        _ => $"{Status} {ErrorCode()}",
    };

    private string ErrorCode()
    {
        var text = System.Text.Encoding.UTF8.GetString(Body.Span);
        var at = text.IndexOf('#', StringComparison.Ordinal) is >= 0 and var hash ? hash + 1 : text.IndexOf("<Code>", StringComparison.Ordinal) is >= 0 and var code ? code + 6 : -1;
        return at < 0 ? "" : new string([.. text[at..].TakeWhile(char.IsAsciiLetter)]);
    }
}
