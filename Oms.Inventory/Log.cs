using Microsoft.Extensions.Logging;

namespace Oms.Inventory;

/// <summary>Everything Inventory logs.</summary>
internal static partial class Log
{
    [LoggerMessage(301, LogLevel.Error, "{EventId} has lines that cannot be reserved (no SKU, or a quantity out of range); it goes to the dead-letter queue after its retries")]
    public static partial void LinesUnusable(ILogger log, string eventId);

    [LoggerMessage(302, LogLevel.Warning, "{EventId} could not be settled now; it is delivered again")]
    public static partial void Contended(ILogger log, string eventId);

    [LoggerMessage(303, LogLevel.Warning, "The store was busy beyond the retries with {Orders} orders in one write: {Fault}")]
    public static partial void StoreBusy(ILogger log, int orders, string fault);

    [LoggerMessage(304, LogLevel.Error, "{Orders} orders could not be settled in one write: {Fault}")]
    public static partial void NotSettled(ILogger log, int orders, string fault);
}
