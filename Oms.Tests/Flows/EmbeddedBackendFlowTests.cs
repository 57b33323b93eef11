using Oms.Tests.Support;

namespace Oms.Tests.Flows;

/// <summary>The embedded backend as the app host runs it: a process of its own that keeps its data in a folder.</summary>
public sealed class EmbeddedBackendFlowTests
{
    [Fact]
    public async Task What_was_in_the_queues_of_an_embedded_backend_that_was_killed_is_still_there()
    {
        await using var oms = await OmsStack.StartAsync(new OmsStackOptions { Backend = BackendKind.EmbeddedProcess, Template = TemplateChange.SoonVisibleAgain });
        await CrashedMessaging.LosesNothingAsync(oms, "crashed", keepsQueues: true);
    }
}
