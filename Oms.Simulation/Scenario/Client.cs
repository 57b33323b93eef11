using Oms.Simulation.Cloud;
using Oms.Simulation.Schedule;

namespace Oms.Simulation.Scenario;

/// <summary>Sends requests as clients do: again and again until somebody gives an answer that means something, and writes down what was said.</summary>
internal sealed class Client(World world, Dice dice, string name)
{
    private const int MostTries = 400;

    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(2);

    /// <summary>How many requests still wait for such an answer.</summary>
    public int Open { get; private set; }

    /// <summary>Sends once, and again where nothing or a 5xx came.</summary>
    /// <param name="record">Where every exchange is written down.</param>
    /// <param name="then">Called with the first answer that is neither.</param>
    public void Insist(ClientRequest request, string operation, List<Exchange> record, Action<ClientAnswer>? then = null)
    {
        Open++;
        Try(1);

        void Try(int attempt) => Once(request, operation, record, answer =>
        {
            if (answer is { Status: < 500 and not 429 })
            {
                Open--;
                then?.Invoke(answer);
                return;
            }

            if (attempt >= MostTries)
            {
                world.Trace.Line(name, $"gives up on {request.Method} {world.Named(request.Path)}");
                return; // still open: the run says so
            }

            var pause = TimeSpan.FromMilliseconds(500 * Math.Pow(1.6, Math.Min(attempt, 12)));
            world.Time.After(dice.Between(TimeSpan.FromMilliseconds(200), pause < LongestPause ? pause : LongestPause), () => Try(attempt + 1));
        });
    }

    public void Once(ClientRequest request, string operation, List<Exchange> record, Action<ClientAnswer?>? heard = null)
    {
        var exchange = new Exchange(operation, request.Tenant, request.Path, request.Key, request.Body.ToArray(), world.Time.Now);
        record.Add(exchange);
        world.Front.Send(request, answer =>
        {
            exchange.Answer = answer;
            exchange.HeardAt = world.Time.Now;
            heard?.Invoke(answer);
        });
    }
}
