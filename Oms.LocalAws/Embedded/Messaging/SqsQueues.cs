using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Oms.LocalAws.Proxy;
using Oms.LocalAws.Templates;

namespace Oms.LocalAws.Embedded.Messaging;

/// <summary>
/// The operations of SQS on queues.
/// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_Operations.html
/// </summary>
internal sealed class SqsQueues(MessagingState state, Uri endpoint)
{
    private const int LongestName = 80;
    private static readonly TimeSpan PurgePause = TimeSpan.FromSeconds(60);

    private static readonly string[] ReadOnly =
    [
        "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesDelayed", "ApproximateNumberOfMessagesNotVisible", "CreatedTimestamp", "LastModifiedTimestamp", "QueueArn",
    ];

    public AwsAnswer Create(JsonElement body, DateTimeOffset now)
    {
        body.Only("CreateQueue", "QueueName", "Attributes", "tags");
        var name = body.Required("QueueName");
        if (name.EndsWith(".fifo", StringComparison.Ordinal)) throw MessagingException.Unsupported(AwsService.Sqs, "FIFO queues");
        if (name.Length > LongestName || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'))
            throw MessagingException.InvalidValue("Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length");
        var attributes = body.Map("Attributes").ToList();
        if (state.Queues.TryGetValue(name, out var existing))
        {
            var current = existing.Settings.Attributes.ToDictionary(StringComparer.Ordinal);
            foreach (var (attribute, value) in Apply(existing.Settings, attributes).Attributes)
            {
                if (current.GetValueOrDefault(attribute) != value)
                    throw new MessagingException("QueueAlreadyExists", $"A queue already exists with the same name and a different value for attribute {attribute}", type: "com.amazonaws.sqs#QueueNameExists");
            }
        }
        else
        {
            state.Queues[name] = new MessageQueue(name, now) { Settings = Checked(name, Apply(new(), attributes)), Tags = ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, body.Map("tags")) };
            state.Changed();
        }

        return SqsAnswer.Of(json => json.WriteString("QueueUrl", Url(name)));
    }

    public AwsAnswer GetUrl(JsonElement body)
    {
        body.Only("GetQueueUrl", "QueueName", "QueueOwnerAWSAccountId");
        var name = body.Required("QueueName");
        if (body.Text("QueueOwnerAWSAccountId") is { } owner && owner != LocalTemplate.Account) throw MessagingException.QueueDoesNotExist();
        return SqsAnswer.Of(json => json.WriteString("QueueUrl", Url(state.Queue(name).Name)));
    }

    public AwsAnswer List(JsonElement body)
    {
        body.Only("ListQueues", "QueueNamePrefix", "MaxResults", "NextToken");
        var prefix = body.Text("QueueNamePrefix") ?? "";
        return Page(body, "QueueUrls", state.Queues.Keys.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)), always: false);
    }

    public AwsAnswer ListDeadLetterSources(JsonElement body)
    {
        body.Only("ListDeadLetterSourceQueues", "QueueUrl", "MaxResults", "NextToken");
        var queue = state.Queue(body.QueueName());
        return Page(body, "queueUrls", SourcesOf(queue).Select(source => source.Name), always: true);
    }

    public AwsAnswer GetAttributes(JsonElement body)
    {
        body.Only("GetQueueAttributes", "QueueUrl", "AttributeNames");
        var queue = state.Queue(body.QueueName());
        var wanted = body.Texts("AttributeNames");
        var all = Attributes(queue).ToDictionary(StringComparer.Ordinal);
        foreach (var name in wanted)
        {
            // An attribute that can be set, but is not (RedrivePolicy, and what can only be set at AWS), is left out.
            if (name != "All" && !all.ContainsKey(name) && !ReadOnly.Contains(name)) QueueSettings.Require(name);
        }

        var found = all.Where(a => wanted.Contains("All") || wanted.Contains(a.Key)).ToList();
        return found.Count == 0 ? SqsAnswer.Empty : SqsAnswer.Of(json => json.Map("Attributes", found));
    }

    public AwsAnswer SetAttributes(JsonElement body, DateTimeOffset now)
    {
        body.Only("SetQueueAttributes", "QueueUrl", "Attributes");
        var queue = state.Queue(body.QueueName());
        var settings = Checked(queue.Name, Apply(queue.Settings, body.Map("Attributes")));
        if (settings != queue.Settings)
        {
            (queue.Settings, queue.Changed) = (settings, now);
            queue.Advance(now);
            state.Changed();
        }

        return SqsAnswer.Empty;
    }

    public AwsAnswer Purge(JsonElement body, DateTimeOffset now)
    {
        body.Only("PurgeQueue", "QueueUrl");
        var queue = state.Queue(body.QueueName());
        if (queue.Purged is { } before && now < before + PurgePause)
            throw MessagingException.Sqs("PurgeQueueInProgress", $"Only one PurgeQueue operation on {queue.Name} is allowed every 60 seconds.", 403);
        queue.Clear();
        queue.Purged = now;
        state.Changed();
        return SqsAnswer.Empty;
    }

    public AwsAnswer ListTags(JsonElement body)
    {
        body.Only("ListQueueTags", "QueueUrl");
        var queue = state.Queue(body.QueueName());
        return queue.Tags.IsEmpty ? SqsAnswer.Empty : SqsAnswer.Of(json => json.Map("Tags", queue.Tags));
    }

    /// <summary>Queues whose dead letters go to this one.</summary>
    public IEnumerable<MessageQueue> SourcesOf(MessageQueue queue) => state.Queues.Values.Where(q => q.Settings.Redrive?.Target == queue.Name);

    private static QueueSettings Apply(QueueSettings settings, IEnumerable<KeyValuePair<string, string>> attributes) =>
        attributes.Aggregate(settings, (made, attribute) => made.With(attribute.Key, attribute.Value));

    private QueueSettings Checked(string name, QueueSettings settings)
    {
        if (settings.Redrive is not { } redrive) return settings;
        if (!state.Queues.ContainsKey(redrive.Target))
            throw MessagingException.InvalidValue($"Value {redrive.Json} for parameter RedrivePolicy is invalid. Reason: Dead letter target does not exist.");
        return redrive.Target == name ? throw MessagingException.Unsupported(AwsService.Sqs, "a queue that is its own dead-letter queue") : settings;
    }

    private static IEnumerable<KeyValuePair<string, string>> Attributes(MessageQueue queue)
    {
        yield return new("ApproximateNumberOfMessages", Text(queue.VisibleCount));
        yield return new("ApproximateNumberOfMessagesDelayed", Text(queue.DelayedCount));
        yield return new("ApproximateNumberOfMessagesNotVisible", Text(queue.InFlightCount));
        yield return new("CreatedTimestamp", Text(queue.Created.ToUnixTimeSeconds()));
        yield return new("LastModifiedTimestamp", Text(queue.Changed.ToUnixTimeSeconds()));
        yield return new("QueueArn", queue.Arn);
        foreach (var setting in queue.Settings.Attributes) yield return setting;
    }

    private AwsAnswer Page(JsonElement body, string member, IEnumerable<string> names, bool always)
    {
        const int most = 1000;
        var size = body.Number("MaxResults", 1, most);
        var after = body.Text("NextToken") is { Length: > 0 } token ? Token(token) : null;
        var rest = names.Where(name => string.CompareOrdinal(name, after) > 0).ToList();
        var page = rest.Take(size ?? most).ToList();
        return SqsAnswer.Of(json =>
        {
            if (page.Count > 0 || always) json.Array(member, page, (j, name) => j.WriteStringValue(Url(name)));
            // AWS pages only where MaxResults is given.
            if (size is not null && rest.Count > page.Count) json.WriteString("NextToken", Convert.ToBase64String(Encoding.UTF8.GetBytes(page[^1])));
        });
    }

    private static string Token(string token)
    {
        var bytes = new byte[token.Length];
        return Convert.TryFromBase64String(token, bytes, out var length)
            ? Encoding.UTF8.GetString(bytes, 0, length)
            : throw MessagingException.InvalidValue("Invalid or expired next token.");
    }

    private string Url(string name) => new Uri(endpoint, $"/{LocalTemplate.Account}/{name}").ToString();

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
