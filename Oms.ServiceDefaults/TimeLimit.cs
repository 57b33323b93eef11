namespace Oms.ServiceDefaults;

/// <summary>Ends a call whose answer does not come: what <see cref="HttpClient.Timeout"/> does on the machine's clock, on the injected one, with the same exceptions.</summary>
internal sealed class TimeLimit(HttpMessageHandler inner, TimeSpan limit, TimeProvider clock) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            return await base.SendAsync(request, either.Token);
        }
        catch (OperationCanceledException cancelled) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TaskCanceledException("The request was canceled because its time limit elapsed.", new TimeoutException(cancelled.Message, cancelled), either.Token);
        }
    }
}
