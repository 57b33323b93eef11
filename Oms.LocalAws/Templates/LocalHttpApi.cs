namespace Oms.LocalAws.Templates;

/// <summary>One HTTP API with its stage, authorizers and routes.</summary>
public sealed record LocalHttpApi(string ApiId, string Name, LocalStage Stage, IReadOnlyList<LocalRoute> Routes);

/// <summary>The stage; null limits mean that the account's own apply.</summary>
public sealed record LocalStage(string Name, double? RateLimit, int? BurstLimit);

/// <summary>One route: its key (`GET /v1/orders/{orderId}` or `$default`), who may call it, and the function behind it.</summary>
public sealed record LocalRoute(
    string RouteKey,
    IReadOnlyList<string> Scopes,
    LocalJwtAuthorizer? Authorizer,
    string Function,
    TimeSpan IntegrationTimeout,
    bool MayInvoke);

/// <summary>A JWT authorizer; the identity source is a header or a query parameter.</summary>
public sealed record LocalJwtAuthorizer(string Name, string Issuer, IReadOnlyList<string> Audience, IReadOnlyList<string> IdentitySource);
