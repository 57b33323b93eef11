namespace Oms.Simulation.Bugs;

/// <summary>A bug that cannot be tried; the message says why, in the words of the tool that refused it.</summary>
public sealed class BugException : Exception
{
    public BugException()
    {
    }

    public BugException(string message)
        : base(message)
    {
    }

    public BugException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>What the program ends with.</summary>
    public int ExitCode { get; init; } = 2;

    /// <summary>git refuses the patch, or it changes nothing that ships.</summary>
    internal static BugException NotApplied(string message) => new(message) { ExitCode = 3 };

    internal static BugException NotCompiled(string message) => new(message) { ExitCode = 4 };
}
