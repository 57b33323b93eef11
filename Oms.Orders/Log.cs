using Microsoft.Extensions.Logging;
using Oms.Contracts;

namespace Oms.Orders;

/// <summary>Everything Orders logs: ids, states and codes, never a body, an address or a token.</summary>
internal static partial class Log
{
    [LoggerMessage(100, LogLevel.Information, "Order {OrderId} came in as {State} ({Reasons})")]
    public static partial void Placed(ILogger log, string orderId, OrderState state, string reasons);

    [LoggerMessage(101, LogLevel.Information, "Order {OrderId} is {State} with version {Version}")]
    public static partial void Changed(ILogger log, string orderId, OrderState state, long version);

    [LoggerMessage(102, LogLevel.Information, "Order {OrderId} in {State} was looked at because it was due: {Outcome}")]
    public static partial void LookedAt(ILogger log, string orderId, OrderState state, string outcome);

    [LoggerMessage(103, LogLevel.Information, "Notice of {EventId}: {Outcome}")]
    public static partial void Noticed(ILogger log, string eventId, string outcome);
}
