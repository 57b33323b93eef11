using System.Net;
using Amazon.Runtime;
using Amazon.SimpleNotificationService.Model;

namespace Amazon.SimpleNotificationService.Internal;

/// <summary>The error codes of Publish and PublishBatch that have a type of their own here; ThrottledException belongs to other operations.</summary>
internal static class SnsErrors
{
    public static AmazonSimpleNotificationServiceException Create(
        string message, Exception inner, ErrorType type, string code, string requestId, HttpStatusCode status) => code switch
    {
        "AuthorizationError" => new AuthorizationErrorException(message, inner, type, code, requestId, status),
        "BatchRequestTooLong" => new BatchRequestTooLongException(message, inner, type, code, requestId, status),
        "InternalError" => new InternalErrorException(message, inner, type, code, requestId, status),
        "InvalidParameter" => new InvalidParameterException(message, inner, type, code, requestId, status),
        "KMSThrottling" => new KMSThrottlingException(message, inner, type, code, requestId, status),
        "NotFound" => new NotFoundException(message, inner, type, code, requestId, status),
        "TooManyEntriesInBatchRequest" => new TooManyEntriesInBatchRequestException(message, inner, type, code, requestId, status),
        "ValidationException" => new ValidationException(message, inner, type, code, requestId, status),
        _ => new(message, inner, type, code, requestId, status),
    };
}
