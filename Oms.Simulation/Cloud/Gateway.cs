using Oms.Simulation.Schedule;
using Oms.Simulators.Gateway;

namespace Oms.Simulation.Cloud;

/// <summary>The payment gateway of Oms.Simulators in virtual time, called directly. Its ledger says what was done with people's money.</summary>
internal sealed class Gateway
{
    private readonly PaymentGateway _gateway;
    private readonly GatewayLedger _ledger;
    private int _intents;

    public Gateway(Timeline time)
    {
        var settings = new GatewaySettings(SlowAnswer: TimeSpan.FromSeconds(20), KeyHorizon: TimeSpan.FromHours(24));
        _ledger = new GatewayLedger(time, () => (++_intents).ToString("D6", System.Globalization.CultureInfo.InvariantCulture));
        _gateway = new PaymentGateway(_ledger, new IdempotencyKeys(time, settings), settings);
    }

    public IReadOnlyList<LedgerEntry> Ledger => _ledger.Entries();

    /// <summary>Every request to authorise that arrived: under which key, with which parameters.</summary>
    public List<(string? Key, string Parameters)> Requests { get; } = [];

    public (Reply Reply, TimeSpan Delay, Action? Sent) Handle(OutgoingCall call)
    {
        var reply = call.Operation switch
        {
            "gateway.Authorise" => Authorise(call),
            "gateway.Find" => Find(call.Uri!),
            _ => _gateway.Cancel(Uri.UnescapeDataString(call.Uri!.AbsolutePath.Split('/')[^2])),
        };
        return (new Reply(reply.Answer.Status, "application/json", reply.Answer.Body, []), reply.Delay, reply.Sent);
    }

    private GatewayReply Authorise(OutgoingCall call)
    {
        Requests.Add((call.IdempotencyKey, System.Text.Encoding.UTF8.GetString(call.Body.Span)));
        return _gateway.Create(OutgoingCall.Form(call.Body), call.IdempotencyKey);
    }

    private GatewayReply Find(Uri uri)
    {
        var query = OutgoingCall.Form(System.Text.Encoding.UTF8.GetBytes(uri.Query.TrimStart('?')));
        return _gateway.List(query.GetValueOrDefault("reference"), query.GetValueOrDefault("idempotency_key"));
    }
}
