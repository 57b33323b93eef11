using System.Web;
using Amazon.Runtime;
using Amazon.SimpleNotificationService;
using Amazon.SimpleNotificationService.Model;
using Microsoft.AspNetCore.Http;

namespace Oms.Tests.Packages;

/// <summary>
/// SNS on the wire, from the package or its stand-in: https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html and
/// API_Publish.html. Paths are those of aws/aws-sdk-net, below sdk/src/Services/SimpleNotificationService/Generated/Model.
/// </summary>
public sealed class SnsWireTests : IAsyncLifetime
{
    private const string Topic = "arn:aws:sns:us-east-1:000000000000:oms-orders";

    private HttpStub _server = null!;
    private int _status = 200;
    private string _answer = "";
    private int _calls;
    private Dictionary<string, string> _form = [];
    private IHeaderDictionary _headers = new HeaderDictionary();

    public async ValueTask InitializeAsync() => _server = await HttpStub.StartAsync(async http =>
    {
        _calls++;
        using var reader = new StreamReader(http.Request.Body);
        var pairs = HttpUtility.ParseQueryString(await reader.ReadToEndAsync(http.RequestAborted));
        _form = pairs.AllKeys.ToDictionary(key => key!, key => pairs[key]!, StringComparer.Ordinal);
        _headers = new HeaderDictionary(http.Request.Headers.ToDictionary());
        http.Response.StatusCode = _status;
        http.Response.ContentType = "text/xml";
        await http.Response.WriteAsync(_answer);
    });

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    // Internal/MarshallTransformations/PublishRequestMarshaller.cs, PublishResponseUnmarshaller.cs.
    [Fact]
    public async Task Publish_is_a_signed_form()
    {
        _answer = """
            <PublishResponse xmlns="https://sns.amazonaws.com/doc/2010-03-31/">
              <PublishResult><MessageId>567910cd-659e-55d4-8ccb-5aaf14679dc0</MessageId></PublishResult>
              <ResponseMetadata><RequestId>d74b8436-ae13-5ab4-a9ff-ce54dfea72a0</RequestId></ResponseMetadata>
            </PublishResponse>
            """;
        using var sns = Client();
        var answer = await sns.PublishAsync(
            new PublishRequest(Topic, "a & b=ü")
            {
                Subject = "s",
                MessageAttributes = new()
                {
                    ["type"] = new() { DataType = "String", StringValue = "order.placed.v1" },
                    ["raw"] = new() { DataType = "Binary", BinaryValue = new MemoryStream([1, 2, 3]) },
                },
            },
            TestContext.Current.CancellationToken);

        Assert.Equal(
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["Action"] = "Publish",
                ["Version"] = "2010-03-31",
                ["TopicArn"] = Topic,
                ["Message"] = "a & b=ü",
                ["Subject"] = "s",
                ["MessageAttributes.entry.1.Name"] = "type",
                ["MessageAttributes.entry.1.Value.DataType"] = "String",
                ["MessageAttributes.entry.1.Value.StringValue"] = "order.placed.v1",
                ["MessageAttributes.entry.2.Name"] = "raw",
                ["MessageAttributes.entry.2.Value.DataType"] = "Binary",
                ["MessageAttributes.entry.2.Value.BinaryValue"] = "AQID",
            },
            _form);
        Assert.StartsWith("application/x-www-form-urlencoded", _headers.ContentType.ToString(), StringComparison.Ordinal);
        Assert.StartsWith("AWS4-HMAC-SHA256 Credential=orders-relay/", _headers.Authorization.ToString(), StringComparison.Ordinal);
        Assert.Contains("/us-east-1/sns/aws4_request", _headers.Authorization.ToString(), StringComparison.Ordinal);
        Assert.Equal("567910cd-659e-55d4-8ccb-5aaf14679dc0", answer.MessageId);
        Assert.Equal("d74b8436-ae13-5ab4-a9ff-ce54dfea72a0", answer.ResponseMetadata.RequestId);
    }

    // Internal/MarshallTransformations/PublishBatchRequestMarshaller.cs, PublishBatchResponseUnmarshaller.cs.
    [Fact]
    public async Task PublishBatch_tells_what_became_of_each_entry()
    {
        _answer = """
            <PublishBatchResponse xmlns="https://sns.amazonaws.com/doc/2010-03-31/">
              <PublishBatchResult>
                <Failed>
                  <member><Id>2</Id><Code>InternalError</Code><Message>try again</Message><SenderFault>false</SenderFault></member>
                  <member><Id>3</Id><Code>InvalidParameter</Code><SenderFault>true</SenderFault></member>
                </Failed>
                <Successful>
                  <member><Id>1</Id><MessageId>m-1</MessageId></member>
                </Successful>
              </PublishBatchResult>
              <ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata>
            </PublishBatchResponse>
            """;
        using var sns = Client();
        var answer = await sns.PublishBatchAsync(
            new PublishBatchRequest
            {
                TopicArn = Topic,
                PublishBatchRequestEntries =
                [
                    new() { Id = "1", Message = "one", MessageAttributes = new() { ["type"] = new() { DataType = "String", StringValue = "t" } } },
                    new() { Id = "2", Message = "two" },
                    new() { Id = "3", Message = "three" },
                ],
            },
            TestContext.Current.CancellationToken);

        Assert.Equal(
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["Action"] = "PublishBatch",
                ["Version"] = "2010-03-31",
                ["TopicArn"] = Topic,
                ["PublishBatchRequestEntries.member.1.Id"] = "1",
                ["PublishBatchRequestEntries.member.1.Message"] = "one",
                ["PublishBatchRequestEntries.member.1.MessageAttributes.entry.1.Name"] = "type",
                ["PublishBatchRequestEntries.member.1.MessageAttributes.entry.1.Value.DataType"] = "String",
                ["PublishBatchRequestEntries.member.1.MessageAttributes.entry.1.Value.StringValue"] = "t",
                ["PublishBatchRequestEntries.member.2.Id"] = "2",
                ["PublishBatchRequestEntries.member.2.Message"] = "two",
                ["PublishBatchRequestEntries.member.3.Id"] = "3",
                ["PublishBatchRequestEntries.member.3.Message"] = "three",
            },
            _form);
        Assert.Equal([("1", "m-1")], answer.Successful.Select(entry => (entry.Id, entry.MessageId)));
        Assert.Equal(
            [("2", "InternalError", "try again", false), ("3", "InvalidParameter", "", true)],
            answer.Failed.Select(entry => (entry.Id, entry.Code, entry.Message ?? "", entry.SenderFault)));
    }

    // BatchResultErrorEntry.cs, PublishBatchResponse.cs: AWSConfigs.InitializeCollections is off in version 4, so an unset list is null.
    [Fact]
    public async Task A_list_that_the_answer_leaves_out_is_null()
    {
        _answer = """
            <PublishBatchResponse xmlns="https://sns.amazonaws.com/doc/2010-03-31/">
              <PublishBatchResult><Successful><member><Id>1</Id><MessageId>m-1</MessageId></member></Successful></PublishBatchResult>
              <ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata>
            </PublishBatchResponse>
            """;
        using var sns = Client();
        var answer = await sns.PublishBatchAsync(new PublishBatchRequest { TopicArn = Topic, PublishBatchRequestEntries = [new() { Id = "1", Message = "one" }] }, TestContext.Current.CancellationToken);
        Assert.Null(answer.Failed);
        Assert.Null(new PublishBatchRequest().PublishBatchRequestEntries);
        Assert.Null(new PublishBatchRequestEntry().MessageAttributes);
    }

    // Internal/MarshallTransformations/PublishBatchResponseUnmarshaller.cs UnmarshallException: some codes have a type, the others do not.
    [Theory]
    [InlineData(404, "NotFound", typeof(NotFoundException))]
    [InlineData(403, "AuthorizationError", typeof(AuthorizationErrorException))]
    [InlineData(400, "InvalidParameter", typeof(InvalidParameterException))]
    [InlineData(400, "BatchRequestTooLong", typeof(BatchRequestTooLongException))]
    [InlineData(400, "TooManyEntriesInBatchRequest", typeof(TooManyEntriesInBatchRequestException))]
    [InlineData(400, "ValidationException", typeof(ValidationException))]
    [InlineData(400, "KMSThrottling", typeof(KMSThrottlingException))]
    [InlineData(500, "InternalError", typeof(InternalErrorException))]
    [InlineData(400, "Throttling", typeof(AmazonSimpleNotificationServiceException))]
    [InlineData(403, "AccessDenied", typeof(AmazonSimpleNotificationServiceException))]
    public async Task A_refusal_is_an_exception(int status, string code, Type type)
    {
        _status = status;
        _answer = $"""
            <ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">
              <Error><Type>Sender</Type><Code>{code}</Code><Message>because</Message></Error>
              <RequestId>r-1</RequestId>
            </ErrorResponse>
            """;
        using var sns = Client();
        var exception = await Assert.ThrowsAnyAsync<AmazonSimpleNotificationServiceException>(() => sns.PublishAsync(Topic, "m", TestContext.Current.CancellationToken));
        Assert.Equal(type, exception.GetType());
        Assert.Equal((code, "because", "r-1", status), (exception.ErrorCode, exception.Message, exception.RequestId, (int)exception.StatusCode));
        Assert.Equal(1, _calls); // MaxErrorRetry = 0
    }

    // The SDK's own retries, when they are wanted: sdk/src/Core/Amazon.Runtime/Pipeline/RetryHandler.
    [Fact]
    public async Task Retries_are_the_configuration_s()
    {
        (_status, _answer) = (503, "");
        using var sns = Client(config => config.MaxErrorRetry = 1);
        await Assert.ThrowsAnyAsync<AmazonServiceException>(() => sns.PublishAsync(Topic, "m", TestContext.Current.CancellationToken));
        Assert.Equal(2, _calls);
    }

    // Endpoint rules: Internal/AmazonSimpleNotificationServiceEndpointProvider.cs.
    [Theory]
    [InlineData("us-east-1", false, false, "https://sns.us-east-1.amazonaws.com")]
    [InlineData("cn-north-1", false, false, "https://sns.cn-north-1.amazonaws.com.cn")]
    [InlineData("eu-central-1", true, false, "https://sns-fips.eu-central-1.amazonaws.com")]
    [InlineData("eu-central-1", false, true, "https://sns.eu-central-1.api.aws")]
    [InlineData("us-gov-west-1", true, false, "https://sns.us-gov-west-1.amazonaws.com")]
    public void The_region_decides_the_endpoint(string region, bool fips, bool dualStack, string url)
    {
        using var sns = new AmazonSimpleNotificationServiceClient("key", "secret", new AmazonSimpleNotificationServiceConfig
        {
            RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(region),
            UseFIPSEndpoint = fips,
            UseDualstackEndpoint = dualStack,
        });
        Assert.Equal(url, sns.DetermineServiceOperationEndpoint(new PublishRequest()).URL.TrimEnd('/'));
    }

    private AmazonSimpleNotificationServiceClient Client(Action<AmazonSimpleNotificationServiceConfig>? configure = null)
    {
        var config = new AmazonSimpleNotificationServiceConfig { ServiceURL = _server.Address.ToString(), AuthenticationRegion = "us-east-1", MaxErrorRetry = 0 };
        configure?.Invoke(config);
        return new("orders-relay", "anything", config);
    }
}
