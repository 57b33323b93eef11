namespace Oms.Tests.Support;

/// <summary>Where a stack's functions run.</summary>
internal enum FunctionHosting
{
    /// <summary>As loops in the test process, which are there at once.</summary>
    InProcess,

    /// <summary>As processes of their own, as the app host starts them: they can be killed, and have an output and telemetry.</summary>
    Processes,
}
