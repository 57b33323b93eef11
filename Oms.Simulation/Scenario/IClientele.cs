namespace Oms.Simulation.Scenario;

/// <summary>Who used the system: what clients meant, sent and heard, and nothing that was read back from the system. The checks hold it to this.</summary>
internal interface IClientele
{
    IReadOnlyList<PlannedOrder> Orders { get; }

    /// <summary>What readers sent and heard: by order, whether it was their own.</summary>
    List<(PlannedOrder Order, bool IsOwn, Exchange Exchange)> Reads { get; }

    /// <summary>Requests that must be answered and are not yet.</summary>
    int Open { get; }

    /// <summary>What clerks sent and heard.</summary>
    IReadOnlyList<Exchange> Counts { get; }
}
