namespace Oms.Payments;

/// <summary>What is to be done with a payment next.</summary>
internal abstract record Step
{
    private Step()
    {
    }

    /// <summary>All of it is known already, or its time has not come.</summary>
    internal sealed record Nothing : Step
    {
        public static readonly Nothing Instance = new();
    }

    /// <summary>Somebody asks what is known already: publish the last event again.</summary>
    internal sealed record Tell(Payment Payment) : Step;

    /// <summary>Ask the gateway what became of the attempt; harmless, so nothing is written before.</summary>
    internal sealed record Ask(Payment Payment) : Step;

    /// <summary>Write this version. Only who wins that write then makes the call.</summary>
    internal sealed record Write(Payment Payment, GatewayCall Call = GatewayCall.None) : Step;
}

/// <summary>A call that changes something at the gateway.</summary>
internal enum GatewayCall
{
    None,
    Authorise,
    Void,
}
