using System.Diagnostics;
using Oms.ServiceDefaults.Telemetry;

namespace Oms.Tests.ServiceDefaults;

public sealed class FunctionTelemetryTests
{
    [Fact]
    public void A_log_that_throws_leaves_the_span_that_was_current()
    {
        using var outer = new Activity("outer").Start();
        using var inner = new Activity("inner");
        Assert.Throws<FormatException>(() => FunctionTelemetry.Within(inner, static () => throw new FormatException()));
        Assert.Same(outer, Activity.Current);
    }
}
