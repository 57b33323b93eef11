namespace Oms.Simulation.Schedule;

/// <summary>Something ran on a thread that the schedule does not drive.</summary>
public sealed class ForeignThreadException : Exception
{
    public ForeignThreadException()
    {
    }

    public ForeignThreadException(string message)
        : base(message)
    {
    }

    public ForeignThreadException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
