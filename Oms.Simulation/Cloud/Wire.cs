namespace Oms.Simulation.Cloud;

/// <summary>The handler under every HTTP client of one process: whatever it sends is parked in the network.</summary>
internal sealed class Wire(Instance instance, Network network) : HttpMessageHandler
{
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        network.SendAsync(instance, OutgoingCall.Read(instance.Function.Name, request), cancellationToken);
}
