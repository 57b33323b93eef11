using Oms.AppHost;

namespace Oms.Tests.AppHost;

public sealed class BackendChoiceTests
{
    [Fact]
    public async Task Processes_need_no_engine() => Assert.False(await BackendChoice.ContainersAsync("processes"));

    [Fact]
    public async Task An_unknown_backend_is_named()
    {
        var problem = await Assert.ThrowsAsync<SetupException>(() => BackendChoice.ContainersAsync("cloud"));
        Assert.Equal("Backend 'cloud' is none of processes, containers and auto.", problem.Message);
    }
}
