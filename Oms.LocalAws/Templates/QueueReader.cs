namespace Oms.LocalAws.Templates;

/// <summary>SQS queues with their redrive and what their policies let in.</summary>
internal static class QueueReader
{
    public static IReadOnlyList<LocalQueue> Read(TemplateDocument document)
    {
        var grants = document.OfType(ResourceTypes.QueuePolicy).SelectMany(Grants).ToLookup(g => g.QueueArn, g => g.Grant, StringComparer.Ordinal);
        return [.. document.OfType(ResourceTypes.Queue).Select(resource =>
        {
            var properties = resource.Properties;
            var name = TemplateReferences.NameOf(resource);
            var queue = new LocalQueue(
                name,
                properties.Optional("VisibilityTimeout")?.Seconds() ?? TimeSpan.FromSeconds(30),
                properties.Optional("MessageRetentionPeriod")?.Seconds() ?? TimeSpan.FromDays(4),
                properties.Optional("DelaySeconds")?.Seconds() ?? TimeSpan.Zero,
                properties.Optional("RedrivePolicy") is { } redrive
                    ? new LocalRedrive(Arns.LastPart(redrive["deadLetterTargetArn"], "sqs"), redrive["maxReceiveCount"].Integer())
                    : null,
                []);
            return queue with { Grants = [.. grants[queue.Arn]] };
        })];
    }

    private static IEnumerable<(string QueueArn, QueueGrant Grant)> Grants(TemplateResource policy)
    {
        var queues = policy.Properties["Queues"].Texts().Select(url => url[(url.LastIndexOf('/') + 1)..]).ToHashSet(StringComparer.Ordinal);
        var document = policy.Properties["PolicyDocument"];
        document.Optional("Version")?.Only("2012-10-17");
        foreach (var statement in document["Statement"].OneOrMore())
        {
            if (RefusesPlainHttp(statement))
                continue;
            statement["Effect"].Only("Allow");
            statement.Optional("Sid")?.Text();
            statement["Action"].Only("sqs:SendMessage");
            var service = statement["Principal"]["Service"].Text();
            var sources = statement.Optional("Condition") is { } condition ? Sources(condition) : [];
            foreach (var resource in statement["Resource"].OneOrMore())
            {
                var queue = Arns.LastPart(resource, "sqs");
                yield return queues.Contains(queue)
                    ? (resource.Text(), new QueueGrant(service, sources))
                    : throw new TemplateException($"{resource.Path} names {queue}, which this policy is not attached to");
            }
        }
    }

    /// <summary>The usual "no plain HTTP" statement: on a laptop everything is loopback without TLS.</summary>
    private static bool RefusesPlainHttp(TemplateNode statement)
    {
        if (statement["Effect"].Text() != "Deny" || statement.Optional("Condition")?.Optional("Bool")?.Optional("aws:SecureTransport")?.Text() != "false")
            return false;
        statement.Json();
        return true;
    }

    private static IReadOnlyList<string> Sources(TemplateNode condition) =>
        [.. condition.Entries().SelectMany(op => op.Name is "ArnEquals" or "ArnLike" or "StringEquals"
            ? op.Node["aws:SourceArn"].Texts()
            : throw new TemplateException($"{op.Node.Path}: LocalAws knows ArnEquals, ArnLike and StringEquals on aws:SourceArn"))];
}
