using System.Runtime.CompilerServices;

namespace Oms.Tests.Support;

/// <summary>Compares text with a committed file, so that a changed wire form fails the build. OMS_APPROVE=1 writes the file instead.</summary>
internal static class Approved
{
    public static void Matches(string actual, string fileName, [CallerFilePath] string test = "")
    {
        var path = Path.Combine(Path.GetDirectoryName(test)!, "Approved", fileName);
        if (Environment.GetEnvironmentVariable("OMS_APPROVE") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, actual.ReplaceLineEndings("\n") + "\n");
        }

        Assert.True(File.Exists(path), $"{path} is missing; run the tests with OMS_APPROVE=1, read the file, and commit it");
        Assert.Equal(File.ReadAllText(path).ReplaceLineEndings("\n").TrimEnd('\n'), actual.ReplaceLineEndings("\n").TrimEnd('\n'));
    }
}
