namespace Oms.Tests.Support;

/// <summary>What runs a function and can go away: a process, or loops in the test process.</summary>
internal interface IFunctionRuntime : IAsyncDisposable
{
    /// <summary>What the function has logged.</summary>
    string Output { get; }

    /// <summary>It ended without being told to.</summary>
    bool HasFailed { get; }

    /// <summary>It is gone, without a goodbye to the Runtime API; what it was doing ends where it is.</summary>
    Task KillAsync();

    /// <summary>Comes back after <see cref="KillAsync"/>.</summary>
    void Restart();
}
