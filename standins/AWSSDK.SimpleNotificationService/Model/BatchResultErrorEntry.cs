namespace Amazon.SimpleNotificationService.Model;

/// <summary>An entry of a batch that SNS did not take.</summary>
public class BatchResultErrorEntry
{
    public string Code { get; set; }

    public string Id { get; set; }

    public string Message { get; set; }

    public bool? SenderFault { get; set; }
}
