namespace Oms.LocalAws.Templates;

/// <summary>What AWS would refuse, or silently not deliver, is said at the start, by name.</summary>
internal static class TemplateRules
{
    public static void Check(LocalTemplate template)
    {
        RequireUnique("function", template.Functions.Select(f => f.Name));
        RequireUnique("table", template.Tables.Select(t => t.Name));
        RequireUnique("topic", template.Topics.Select(t => t.Name));
        RequireUnique("queue", template.Queues.Select(q => q.Name));
        RequireUnique("schedule", template.Schedules.Select(s => s.Name));
        RequireUnique("route", template.HttpApi?.Routes.Select(r => r.RouteKey) ?? []);

        foreach (var queue in template.Queues)
            _ = queue.Redrive is { } redrive ? template.Queue(redrive.DeadLetterQueue) : null;
        foreach (var subscription in template.Subscriptions)
            CheckSubscription(template, subscription);
        foreach (var schedule in template.Schedules)
            RequireGrant(template.Queue(schedule.Queue), "events.amazonaws.com", schedule.Arn, $"schedule {schedule.Name}");
        foreach (var source in template.EventSources)
            CheckEventSource(template, source);
        foreach (var route in template.HttpApi?.Routes ?? [])
            template.Function(route.Function);
    }

    private static void CheckSubscription(LocalTemplate template, LocalSubscription subscription)
    {
        var topic = template.Topic(subscription.Topic);
        var who = $"the subscription of {subscription.Queue} to {subscription.Topic}";
        RequireGrant(template.Queue(subscription.Queue), "sns.amazonaws.com", topic.Arn, who);
        if (subscription.DeadLetterQueue is { } undelivered)
            RequireGrant(template.Queue(undelivered), "sns.amazonaws.com", topic.Arn, who);
    }

    private static void CheckEventSource(LocalTemplate template, LocalEventSource source)
    {
        var function = template.Function(source.Function);
        switch (source)
        {
            // AWS refuses a mapping whose function may run longer than its message stays invisible.
            case QueueEventSource of when template.Queue(of.Queue).VisibilityTimeout < function.Timeout:
                throw new TemplateException($"queue {of.Queue} has a visibility timeout shorter than the timeout of function {function.Name}");
            case StreamEventSource of when template.Table(of.Table).StreamViewType is null:
                throw new TemplateException($"function {function.Name} wants the stream of table {of.Table}, which has none");
            default:
                break;
        }
    }

    private static void RequireGrant(LocalQueue queue, string service, string sourceArn, string who)
    {
        if (!queue.Grants.Any(g => g.Service == service && (g.SourceArns.Count == 0 || g.SourceArns.Any(s => Arns.Matches(s, sourceArn)))))
            throw new TemplateException($"{who}: the policy of queue {queue.Name} does not let {service} send for {sourceArn}");
    }

    private static void RequireUnique(string what, IEnumerable<string> names)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in names.Where(n => !seen.Add(n)))
            throw new TemplateException($"the template defines {what} '{name}' twice");
    }
}
