using Oms.LocalAws.Embedded.DynamoDb;
using Oms.LocalAws.Embedded.Messaging;
using Oms.LocalAws.Proxy;

namespace Oms.LocalAws.Embedded;

/// <summary>The engines, and the clock that they share.</summary>
internal sealed class EngineSet
{
    public EngineSet(Uri? queues)
    {
        DynamoDb = new DynamoDbEngine(Clock);
        Messaging = new MessagingEngine(Clock, endpoint: queues);
    }

    public RecordedClock Clock { get; } = new();

    public DynamoDbEngine DynamoDb { get; }

    public MessagingEngine Messaging { get; }

    public AwsAnswer Call(AwsCall call) => call.Service is AwsService.DynamoDb or AwsService.DynamoDbStreams ? DynamoDb.Call(call) : Messaging.Call(call);
}
