using Oms.LocalAws.Templates;

namespace Oms.LocalAws.Hosting;

/// <summary>A template for debugging: a breakpoint may be looked at for hours without an invocation timing out or a message coming back.</summary>
internal static class TimeLimits
{
    private static readonly TimeSpan Long = TimeSpan.FromHours(12); // the longest visibility time-out that SQS takes

    public static LocalTemplate Lift(LocalTemplate template) => template with
    {
        Functions = [.. template.Functions.Select(function => function with { Timeout = Long })],
        Queues = [.. template.Queues.Select(queue => queue with { VisibilityTimeout = Long })],
        HttpApi = template.HttpApi is { } api ? api with { Routes = [.. api.Routes.Select(route => route with { IntegrationTimeout = Long })] } : null,
    };
}
