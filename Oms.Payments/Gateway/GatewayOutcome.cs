namespace Oms.Payments.Gateway;

/// <summary>What the gateway says about the request with one key.</summary>
internal abstract record GatewayOutcome
{
    private GatewayOutcome()
    {
    }

    /// <summary>The money is reserved for us under this reference.</summary>
    internal sealed record Approved(string Reference) : GatewayOutcome;

    internal sealed record Declined(string Code) : GatewayOutcome;

    /// <summary>The request itself was refused, so nothing happened: a mistake of ours, not the customer's.</summary>
    internal sealed record Refused(string Code) : GatewayOutcome;

    /// <summary>There was an authorisation; it has been given up.</summary>
    internal sealed record Voided : GatewayOutcome;

    /// <summary>Asked, the gateway has nothing under this key.</summary>
    internal sealed record NotFound : GatewayOutcome;

    /// <summary>It may have happened or not.</summary>
    internal sealed record Unknown(string Reason) : GatewayOutcome;
}
