namespace Oms.Tests;

public sealed class SmokeTests
{
    [Fact]
    public void The_suite_runs() => Assert.Equal(4, int.Parse("4", System.Globalization.CultureInfo.InvariantCulture));
}
