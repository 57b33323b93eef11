using System.Net;
using System.Text;
using Amazon.Runtime;
using Amazon.SimpleNotificationService;
using Oms.ServiceDefaults.Messaging;
using RetryPolicy = Oms.ServiceDefaults.RetryPolicy;

namespace Oms.Tests.Support;

/// <summary>An SNS topic on the wire that keeps what was published to it (AWS query protocol, PublishBatch).</summary>
internal sealed class RecordingTopic : HttpMessageHandler
{
    private readonly List<string> _messages = [];

    public IReadOnlyList<string> Messages => _messages;

    /// <summary>Nothing is taken: the connection breaks.</summary>
    public bool IsAway { get; set; }

    public EventPublisher Publisher(RetryPolicy retry) => new(
        new AmazonSimpleNotificationServiceClient(new BasicAWSCredentials("local", "local"), new AmazonSimpleNotificationServiceConfig { ServiceURL = "http://sns.test", AuthenticationRegion = "us-east-1", MaxErrorRetry = 0, HttpClientFactory = new Through(this) }),
        "arn:aws:sns:us-east-1:000000000000:oms-test",
        retry);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (IsAway)
        {
            throw new HttpRequestException("away");
        }

        var form = (await request.Content!.ReadAsStringAsync(cancellationToken)).Split('&').Select(static pair => pair.Split('=', 2)).ToDictionary(static pair => Uri.UnescapeDataString(pair[0]), static pair => Uri.UnescapeDataString(pair[1].Replace('+', ' ')), StringComparer.Ordinal);
        Assert.Equal("PublishBatch", form["Action"]);
        var taken = new StringBuilder();
        foreach (var (name, value) in form.Where(static field => field.Key.EndsWith(".Message", StringComparison.Ordinal)).OrderBy(static field => field.Key.Length).ThenBy(static field => field.Key, StringComparer.Ordinal))
        {
            _messages.Add(value);
            taken.Append("<member><Id>").Append(form[name[..^".Message".Length] + ".Id"]).Append("</Id><MessageId>00000000-0000-0000-0000-000000000000</MessageId></member>");
        }

        var xml = $"""<PublishBatchResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishBatchResult><Successful>{taken}</Successful><Failed/></PublishBatchResult><ResponseMetadata><RequestId>test</RequestId></ResponseMetadata></PublishBatchResponse>""";
        return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(xml, Encoding.UTF8, "text/xml") };
    }

    private sealed class Through(HttpMessageHandler handler) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => new(handler, disposeHandler: false);

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

        public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;
    }
}
