using System.Text.Json;
using System.Xml.Linq;

namespace Oms.Tests.Support;

/// <summary>A third party's own queue on the topics, as any shop system may have; and a way to put messages into anybody's queue.</summary>
internal sealed class Topics(OmsStack stack) : IDisposable
{
    private const string Account = "000000000000";
    private readonly HttpClient _http = new() { BaseAddress = stack.MessagingUrl };

    /// <summary>Makes a queue that receives everything of the three topics, raw.</summary>
    public async Task<string> SubscribeAsync(string queue)
    {
        await SqsAsync("CreateQueue", new { QueueName = queue });
        foreach (var topic in new[] { "oms-orders", "oms-payments", "oms-inventory" })
        {
            await SnsAsync(new()
            {
                ["Action"] = "Subscribe",
                ["TopicArn"] = $"arn:aws:sns:us-east-1:{Account}:{topic}",
                ["Protocol"] = "sqs",
                ["Endpoint"] = $"arn:aws:sqs:us-east-1:{Account}:{queue}",
                ["Attributes.entry.1.key"] = "RawMessageDelivery",
                ["Attributes.entry.1.value"] = "true",
            });
        }

        return queue;
    }

    /// <summary>Takes what is there now, and leaves the queue empty of it.</summary>
    public async Task<IReadOnlyList<string>> ReceiveAsync(string queue)
    {
        var answer = await SqsAsync("ReceiveMessage", new { QueueUrl = Url(queue), MaxNumberOfMessages = 10, WaitTimeSeconds = 0 });
        if (!answer.TryGetProperty("Messages", out var messages))
        {
            return [];
        }

        var bodies = new List<string>();
        foreach (var message in messages.EnumerateArray())
        {
            bodies.Add(message.GetProperty("Body").GetString()!);
            await SqsAsync("DeleteMessage", new { QueueUrl = Url(queue), ReceiptHandle = message.GetProperty("ReceiptHandle").GetString() });
        }

        return bodies;
    }

    /// <summary>The names of all queues that there are.</summary>
    public async Task<IReadOnlyList<string>> QueuesAsync() =>
        [.. (await SqsAsync("ListQueues", new { })).GetProperty("QueueUrls").EnumerateArray().Select(static url => url.GetString()!.Split('/')[^1])];

    public Task SendAsync(string queue, string body) => SqsAsync("SendMessage", new { QueueUrl = Url(queue), MessageBody = body });

    /// <summary>Messages that are visible, delayed or being worked on.</summary>
    public async Task<int> CountAsync(string queue)
    {
        var answer = await SqsAsync("GetQueueAttributes", new { QueueUrl = Url(queue), AttributeNames = new[] { "All" } });
        var attributes = answer.GetProperty("Attributes");
        return new[] { "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed" }
            .Sum(name => attributes.TryGetProperty(name, out var count) ? int.Parse(count.GetString()!, System.Globalization.CultureInfo.InvariantCulture) : 0);
    }

    public void Dispose() => _http.Dispose();

    private string Url(string queue) => $"{stack.MessagingUrl}{Account}/{queue}";

    private async Task<JsonElement> SqsAsync(string operation, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new StringContent(JsonSerializer.Serialize(body)) };
        request.Content.Headers.ContentType = new("application/x-amz-json-1.0");
        request.Headers.TryAddWithoutValidation("X-Amz-Target", "AmazonSQS." + operation);
        request.Headers.TryAddWithoutValidation("Authorization", "AWS4-HMAC-SHA256 Credential=local/20261122/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=0");
        using var answer = await _http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{operation}: {text}");
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }

    private async Task<XDocument> SnsAsync(Dictionary<string, string> form)
    {
        form["Version"] = "2010-03-31";
        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new FormUrlEncodedContent(form) };
        request.Headers.TryAddWithoutValidation("Authorization", "AWS4-HMAC-SHA256 Credential=local/20261122/us-east-1/sns/aws4_request, SignedHeaders=host, Signature=0");
        using var answer = await _http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        return XDocument.Parse(text);
    }
}
