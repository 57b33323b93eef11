using Oms.Tests.Support;

namespace Oms.Tests.Flows;

/// <summary>The trace that a shop's own request belongs to, and the order that it places.</summary>
internal sealed record ClientTrace(string Number, string TraceId, string SpanId, string OrderId)
{
    /// <summary>W3C trace context, sampled.</summary>
    public string TraceParent => $"00-{TraceId}-{SpanId}-01";
}

internal static class TracedPlacement
{
    public static Task<OmsAnswer> PlaceMagentoTracedAsync(this OmsClient shop, ClientTrace trace) =>
        shop.SendAsync(HttpMethod.Post, "/v1/magento/default/orders", Sample.Magento(trace.Number), ("traceparent", trace.TraceParent));

    public static Task<OmsAnswer> PlaceNativeTracedAsync(this OmsClient shop, ClientTrace trace) =>
        shop.SendAsync(HttpMethod.Post, "/v1/orders", Sample.Native(), ("traceparent", trace.TraceParent), ("Idempotency-Key", "key-" + trace.Number));
}
