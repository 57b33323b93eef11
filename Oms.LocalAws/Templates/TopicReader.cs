namespace Oms.LocalAws.Templates;

/// <summary>SNS topics and the subscriptions of queues to them.</summary>
internal static class TopicReader
{
    public static IReadOnlyList<LocalTopic> Read(TemplateDocument document) =>
        [.. document.OfType(ResourceTypes.Topic).Select(resource => new LocalTopic(TemplateReferences.NameOf(resource)))];

    public static IReadOnlyList<LocalSubscription> ReadSubscriptions(TemplateDocument document) =>
        [.. document.OfType(ResourceTypes.Subscription).Select(resource =>
        {
            var properties = resource.Properties;
            properties["Protocol"].Only("sqs");
            properties.Optional("Region")?.Only(LocalTemplate.Region);
            return new LocalSubscription(
                Arns.LastPart(properties["TopicArn"], "sns"),
                Arns.LastPart(properties["Endpoint"], "sqs"),
                properties.Optional("RawMessageDelivery")?.Flag() ?? false,
                properties.Optional("FilterPolicy")?.Json(),
                properties.Optional("FilterPolicyScope")?.Text() ?? "MessageAttributes",
                properties.Optional("RedrivePolicy") is { } redrive ? Arns.LastPart(redrive["deadLetterTargetArn"], "sqs") : null);
        })];
}
