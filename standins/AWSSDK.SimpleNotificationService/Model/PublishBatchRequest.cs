namespace Amazon.SimpleNotificationService.Model;

/// <summary>Up to ten messages, and up to 256 KB of them together, to one topic.</summary>
public class PublishBatchRequest : AmazonSimpleNotificationServiceRequest
{
    public List<PublishBatchRequestEntry> PublishBatchRequestEntries { get; set; } = AWSConfigs.InitializeCollections ? [] : null;

    public string TopicArn { get; set; }
}
