namespace Oms.LocalAws.Templates;

/// <summary>What a CloudFormation template says, with every intrinsic resolved for the local account.</summary>
public sealed record LocalTemplate(
    IReadOnlyList<LocalFunction> Functions,
    IReadOnlyList<LocalTable> Tables,
    IReadOnlyList<LocalTopic> Topics,
    IReadOnlyList<LocalQueue> Queues,
    IReadOnlyList<LocalSubscription> Subscriptions,
    IReadOnlyList<LocalEventSource> EventSources,
    IReadOnlyList<LocalSchedule> Schedules,
    LocalHttpApi? HttpApi)
{
    public const string Account = "000000000000";
    public const string Region = "us-east-1";

    public LocalFunction Function(string name) =>
        Functions.FirstOrDefault(f => f.Name == name) ?? throw new TemplateException($"the template has no function '{name}'");

    public LocalQueue Queue(string name) =>
        Queues.FirstOrDefault(q => q.Name == name) ?? throw new TemplateException($"the template has no queue '{name}'");

    public LocalTable Table(string name) =>
        Tables.FirstOrDefault(t => t.Name == name) ?? throw new TemplateException($"the template has no table '{name}'");

    public LocalTopic Topic(string name) =>
        Topics.FirstOrDefault(t => t.Name == name) ?? throw new TemplateException($"the template has no topic '{name}'");
}
