using Amazon.Runtime;

namespace Amazon.SimpleNotificationService.Model;

/// <summary>What became of each entry. A list that the answer did not fill is null, as everywhere in version 4 of the SDK.</summary>
public class PublishBatchResponse : AmazonWebServiceResponse
{
    public List<BatchResultErrorEntry> Failed { get; set; } = AWSConfigs.InitializeCollections ? [] : null;

    public List<PublishBatchResultEntry> Successful { get; set; } = AWSConfigs.InitializeCollections ? [] : null;
}
