namespace Oms.Payments.Gateway;

/// <summary>
/// Someone who can authorise a customer's money. No method repeats anything by itself, and only a definite answer is one:
/// whatever leaves open what happened is <see cref="GatewayOutcome.Unknown"/>.
/// </summary>
internal interface IPaymentGateway
{
    GatewayTraits Traits { get; }

    Task<GatewayOutcome> AuthoriseAsync(Authorisation authorisation, CancellationToken cancellation);

    /// <summary>What has become of the request with this key.</summary>
    Task<GatewayOutcome> FindAsync(string key, CancellationToken cancellation);

    /// <summary>Gives an authorisation up; doing it twice is doing it once.</summary>
    Task<GatewayOutcome> VoidAsync(string reference, CancellationToken cancellation);
}

/// <summary>The parameters of an authorisation: the same key is only ever sent with the same parameters.</summary>
internal sealed record Authorisation(string Key, string OrderId, Money Amount, string Token)
{
    /// <summary>Without the token: a record's own text would carry it into whatever prints it.</summary>
    public override string ToString() => $"{Key}: {Amount}";
}

/// <param name="KeyHorizon">How long the gateway surely remembers an idempotency key; a forgotten one charges anew.</param>
/// <param name="CanBeAsked">Whether it answers what became of a key; otherwise only the same request again can tell.</param>
internal sealed record GatewayTraits(TimeSpan KeyHorizon, bool CanBeAsked, PartialCapture PartialCapture);

internal enum PartialCapture
{
    None,
    Once,
    Many,
}
