namespace Oms.LocalAws.Proxy;

/// <summary>One allowed action of one function on one resource (pattern), as the template states it.</summary>
public sealed record Grant(string Function, string Action, string Resource);
