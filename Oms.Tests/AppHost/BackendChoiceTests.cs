using Oms.AppHost;

namespace Oms.Tests.AppHost;

public sealed class BackendChoiceTests
{
    [Theory]
    [InlineData("processes", 0)]
    [InlineData("embedded", 2)]
    public async Task Processes_and_the_embedded_backend_need_no_engine(string setting, int backend) => Assert.Equal((Backend)backend, await BackendChoice.ChooseAsync(setting));

    [Fact]
    public async Task An_unknown_backend_is_named()
    {
        var problem = await Assert.ThrowsAsync<SetupException>(() => BackendChoice.ChooseAsync("cloud"));
        Assert.Equal("Backend 'cloud' is none of processes, containers, embedded and auto.", problem.Message);
    }

    [Theory]
    [InlineData("docker", null, null, 1)]
    [InlineData("docker", null, "no Java", 1)]
    [InlineData("docker", "no registry", null, 0)]
    [InlineData("docker", "no registry", "no Java", 2)]
    [InlineData(null, null, null, 0)]
    [InlineData(null, null, "no Java", 2)]
    public async Task What_the_machine_has_decides_and_the_embedded_backend_needs_nothing(string? engine, string? imageProblem, string? processProblem, int backend) =>
        Assert.Equal((Backend)backend, await BackendChoice.FindAsync(() => Task.FromResult(engine), _ => Task.FromResult(imageProblem), () => Task.FromResult(processProblem)));
}
