using System.Net;
using Amazon.Runtime;
using Amazon.SimpleNotificationService.Model;

namespace Amazon.SimpleNotificationService.Internal;

/// <summary>The error codes of Publish and PublishBatch that have a type of their own.</summary>
internal static class SnsErrors
{
    public static AmazonSimpleNotificationServiceException Create(
        string message, Exception inner, ErrorType type, string code, string requestId, HttpStatusCode status) => code switch
    {
        "AuthorizationError" => new AuthorizationErrorException(message, inner, type, code, requestId, status),
        "BatchEntryIdsNotDistinct" => new BatchEntryIdsNotDistinctException(message, inner, type, code, requestId, status),
        "BatchRequestTooLong" => new BatchRequestTooLongException(message, inner, type, code, requestId, status),
        "EmptyBatchRequest" => new EmptyBatchRequestException(message, inner, type, code, requestId, status),
        "EndpointDisabled" => new EndpointDisabledException(message, inner, type, code, requestId, status),
        "InternalError" => new InternalErrorException(message, inner, type, code, requestId, status),
        "InvalidBatchEntryId" => new InvalidBatchEntryIdException(message, inner, type, code, requestId, status),
        "InvalidParameter" => new InvalidParameterException(message, inner, type, code, requestId, status),
        "ParameterValueInvalid" => new InvalidParameterValueException(message, inner, type, code, requestId, status),
        "InvalidSecurity" => new InvalidSecurityException(message, inner, type, code, requestId, status),
        "KMSAccessDenied" => new KMSAccessDeniedException(message, inner, type, code, requestId, status),
        "KMSDisabled" => new KMSDisabledException(message, inner, type, code, requestId, status),
        "KMSInvalidState" => new KMSInvalidStateException(message, inner, type, code, requestId, status),
        "KMSNotFound" => new KMSNotFoundException(message, inner, type, code, requestId, status),
        "KMSOptInRequired" => new KMSOptInRequiredException(message, inner, type, code, requestId, status),
        "KMSThrottling" => new KMSThrottlingException(message, inner, type, code, requestId, status),
        "NotFound" => new NotFoundException(message, inner, type, code, requestId, status),
        "PlatformApplicationDisabled" => new PlatformApplicationDisabledException(message, inner, type, code, requestId, status),
        "TooManyEntriesInBatchRequest" => new TooManyEntriesInBatchRequestException(message, inner, type, code, requestId, status),
        "ValidationException" => new ValidationException(message, inner, type, code, requestId, status),
        _ => new(message, inner, type, code, requestId, status),
    };
}
