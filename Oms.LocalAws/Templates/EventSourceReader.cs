namespace Oms.LocalAws.Templates;

/// <summary>Event source mappings: queues and streams that the Lambda service polls.</summary>
internal static class EventSourceReader
{
    public static IReadOnlyList<LocalEventSource> Read(TemplateDocument document) =>
        [.. document.OfType(ResourceTypes.EventSourceMapping).Select(resource => Mapping(resource.Properties))];

    private static LocalEventSource Mapping(TemplateNode properties)
    {
        var source = properties["EventSourceArn"];
        var function = Name(properties["FunctionName"].Text());
        var window = properties.Optional("MaximumBatchingWindowInSeconds")?.Seconds() ?? TimeSpan.Zero;
        var enabled = properties.Optional("Enabled")?.Flag() ?? true;
        var patterns = (properties.Optional("FilterCriteria")?["Filters"].Items() ?? []).Select(f => f["Pattern"].Text()).ToList();
        var reports = (properties.Optional("FunctionResponseTypes")?.Items() ?? []).Select(Reported).Any(r => r);

        return source.Text().Split(':')[2] switch
        {
            "sqs" => new QueueEventSource(
                function,
                Arns.LastPart(source, "sqs"),
                properties.Optional("BatchSize")?.Integer() ?? 10,
                window,
                reports,
                patterns,
                enabled,
                properties.Optional("ScalingConfig")?["MaximumConcurrency"].Integer()),
            "dynamodb" => new StreamEventSource(
                function,
                source.Text().Split('/')[1],
                properties.Optional("BatchSize")?.Integer() ?? 100,
                window,
                reports,
                patterns,
                enabled,
                properties["StartingPosition"].Text(),
                properties.Optional("MaximumRetryAttempts")?.Integer() ?? -1,
                properties.Optional("MaximumRecordAgeInSeconds")?.Integer() ?? -1,
                properties.Optional("ParallelizationFactor")?.Integer() ?? 1,
                properties.Optional("BisectBatchOnFunctionError")?.Flag() ?? false),
            var service => throw new TemplateException($"{source.Path} is of {service}; LocalAws polls sqs and dynamodb"),
        };
    }

    private static bool Reported(TemplateNode type)
    {
        type.Only("ReportBatchItemFailures");
        return true;
    }

    private static string Name(string nameOrArn) => nameOrArn[(nameOrArn.LastIndexOf(':') + 1)..];
}
