using Oms.AppHost;
using Xunit.Sdk;

namespace Oms.Tests.AppHost;

/// <summary>The preflight of the container backend against a program that answers as docker's command line does.</summary>
public sealed class ContainerImageTests : IDisposable
{
    private const string DynamoDb = "docker.io/amazon/dynamodb-local:3.3.1";
    private const string Messaging = "docker.io/localstack/localstack:4.14.0";

    private readonly string _folder = Directory.CreateTempSubdirectory("oms-engine-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Images_that_are_there_are_not_pulled()
    {
        Assert.Null(await ContainerImage.ProblemAsync(Engine("exit 0"), TimeSpan.FromMinutes(1)));
        Assert.Equal([$"image inspect {DynamoDb}", $"image inspect {Messaging}"], Calls());
    }

    [Fact]
    public async Task An_image_that_is_missing_is_pulled()
    {
        Assert.Null(await ContainerImage.ProblemAsync(Engine($"""[ "$*" != "image inspect {Messaging}" ]"""), TimeSpan.FromMinutes(1)));
        Assert.Equal([$"image inspect {DynamoDb}", $"image inspect {Messaging}", $"pull {Messaging}"], Calls());
    }

    [Fact]
    public async Task What_the_engine_says_about_a_pull_is_the_problem()
    {
        var problem = await ContainerImage.ProblemAsync(Engine("echo trying >&2; echo 'no route to host' >&2; exit 1"), TimeSpan.FromMinutes(1));
        Assert.Equal($"`docker pull {DynamoDb}` says: no route to host", problem);
    }

    [Fact]
    public async Task A_pull_that_takes_too_long_is_ended()
    {
        var problem = await ContainerImage.ProblemAsync(Engine("""[ "$1" = image ] && exit 1; exec sleep 600"""), TimeSpan.FromSeconds(1));
        Assert.StartsWith($"`docker pull {DynamoDb}` did not end within", problem, StringComparison.Ordinal);
    }

    private string Engine(string answer)
    {
        if (OperatingSystem.IsWindows())
            throw SkipException.ForSkip("the engine is a script");
        var script = Path.Combine(_folder, "docker");
        File.WriteAllText(script, $"#!/bin/sh\necho \"$*\" >> {_folder}/calls\n{answer}\n");
        File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return script;
    }

    private string[] Calls() => File.ReadAllLines(Path.Combine(_folder, "calls"));
}
