using Microsoft.Extensions.Logging;

namespace Oms.ServiceDefaults;

/// <summary>Everything ServiceDefaults logs. Named safe fields only: never a body, an address or a token.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Warning, "The Lambda Runtime API is away, trying again: {Reason}")]
    public static partial void RuntimeApiAway(ILogger log, string reason);

    [LoggerMessage(2, LogLevel.Error, "{Method} {Route} failed: {Fault}")]
    public static partial void RequestFailed(ILogger log, string method, string route, string fault);

    [LoggerMessage(3, LogLevel.Warning, "{Method} {Route} could not reach a dependency: {Fault}")]
    public static partial void DependencyDown(ILogger log, string method, string route, string fault);

    [LoggerMessage(4, LogLevel.Error, "Message {MessageId} of type {Type} for order {OrderId} failed on receive {Receives}; it will be delivered again: {Fault}")]
    public static partial void MessageFailed(ILogger log, string messageId, string? type, string? orderId, int receives, string fault);

    [LoggerMessage(5, LogLevel.Warning, "Message {MessageId} cannot be read ({Reason}); it goes to the dead-letter queue after its retries")]
    public static partial void MessageUnreadable(ILogger log, string messageId, string reason);

    [LoggerMessage(6, LogLevel.Warning, "Publishing {EventId} failed ({Code}); the stream delivers it again")]
    public static partial void PublishFailed(ILogger log, string eventId, string code);

    [LoggerMessage(7, LogLevel.Critical, "Record {SequenceNumber} went to quarantine: {Reason}")]
    public static partial void Quarantined(ILogger log, string sequenceNumber, string reason);

    [LoggerMessage(11, LogLevel.Warning, "Record {SequenceNumber} is not taken whole by the quarantine ({Code}); its name and the reason are sent")]
    public static partial void NotQuarantinedWhole(ILogger log, string sequenceNumber, string? code);

    [LoggerMessage(8, LogLevel.Warning, "Message {MessageId} could not be made visible again early: {Reason}")]
    public static partial void VisibilityNotChanged(ILogger log, string messageId, string reason);

    [LoggerMessage(9, LogLevel.Information, "{Method} {Route} {Status} {OrderId}")]
    public static partial void RequestAnswered(ILogger log, string method, string route, int status, string? orderId);

    [LoggerMessage(10, LogLevel.Information, "{Type} {EventId} applied")]
    public static partial void MessageApplied(ILogger log, string? type, string? eventId);
}
