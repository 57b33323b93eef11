using System.Diagnostics;
using Oms.Tests.Packages;

namespace Oms.Tests.AppHost;

/// <summary>The stand-in's second process: it ends what does not watch its own input, such as the dashboard, when the app host has been killed.</summary>
public sealed class GuardianTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task What_was_not_released_is_ended_when_its_input_closes()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "sleep is not there");
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        var program = Path.Combine(Repository.Root, "Oms.AppHost", "bin", folder.Parent!.Name, folder.Name, "Aspire.Hosting.AppHost.dll");
        Assert.SkipUnless(File.Exists(Path.ChangeExtension(program, ".runtimeconfig.json")), "Aspire is real here");
        using var running = Process.Start("sleep", "600");
        using var released = Process.Start("sleep", "600");
        using var guardian = Process.Start(new ProcessStartInfo("dotnet", [program]) { UseShellExecute = false, RedirectStandardInput = true })!;
        try
        {
            await guardian.StandardInput.WriteLineAsync($"+ {running.Id} \n+ {released.Id} \n- {released.Id}");
            guardian.StandardInput.Close();
            await guardian.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Limit, TestContext.Current.CancellationToken);
            await running.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Limit, TestContext.Current.CancellationToken);
            Assert.False(released.HasExited);
        }
        finally
        {
            running.Kill();
            released.Kill();
        }
    }
}
