using System.Collections.Concurrent;
using System.IO.Enumeration;
using Oms.LocalAws.Templates;

namespace Oms.LocalAws.Proxy;

/// <summary>
/// Who may do what, from the template; remembers which grants were ever needed.
/// An access key id that is no function's name (the aws CLI's, a developer's SDK's, LocalAws's own `local`) is the account's administrator
/// and may do everything: only functions are held to the template.
/// </summary>
public sealed class AccessPolicy
{
    public const string Administrator = "local";

    private readonly Dictionary<string, Dictionary<string, Grant[]>> _byFunction;
    private readonly ConcurrentDictionary<Grant, byte> _used = new();
    private readonly ConcurrentDictionary<Grant, byte> _revoked = new();

    public AccessPolicy(IEnumerable<LocalFunction> functions)
    {
        _byFunction = functions.ToDictionary(
            f => f.Name,
            f => f.Permissions
                .SelectMany(p => p.Actions, (p, action) => (p.Resources, Action: action))
                .SelectMany(p => p.Resources, (p, resource) => new Grant(f.Name, p.Action, resource))
                .Distinct()
                .GroupBy(g => g.Action, StringComparer.OrdinalIgnoreCase)
                .ToDictionary(g => g.Key, g => g.ToArray(), StringComparer.OrdinalIgnoreCase));
    }

    public IReadOnlyList<Grant> Granted => [.. _byFunction.Values.SelectMany(actions => actions.Values).SelectMany(grants => grants)];

    /// <summary>The grants that at least one call has needed.</summary>
    public IReadOnlyCollection<Grant> Used => [.. _used.Keys];

    public bool IsFunction(string caller) => _byFunction.ContainsKey(caller);

    /// <summary>The first access that the function does not have, or null when all is allowed.</summary>
    public RequiredAccess? Missing(string function, IReadOnlyList<RequiredAccess> needed)
    {
        foreach (var access in needed)
            if (!Allows(function, access)) return access;
        return null;
    }

    /// <summary>Takes one grant away while the host runs, until what is returned is disposed.</summary>
    public IDisposable Revoke(Grant grant)
    {
        if (!Granted.Contains(grant)) throw new ArgumentException($"{grant} is not granted", nameof(grant));
        _revoked[grant] = 0;
        return new Revocation(_revoked, grant);
    }

    internal static string User(string function) =>
        $"arn:aws:sts::{LocalTemplate.Account}:assumed-role/{function}/{function}";

    private bool Allows(string function, RequiredAccess access)
    {
        if (!_byFunction.TryGetValue(function, out var actions) || !actions.TryGetValue(access.Action, out var grants)) return false;
        foreach (var grant in grants)
        {
            if (!Matches(grant.Resource, access.Resource) || _revoked.ContainsKey(grant)) continue;
            _used.TryAdd(grant, 0);
            return true;
        }

        return false;
    }

    // IAM's wildcards, * and ?, are those of file names; resources are case-sensitive.
    private static bool Matches(string pattern, string resource) =>
        pattern == resource || FileSystemName.MatchesSimpleExpression(pattern, resource, ignoreCase: false);

    private sealed class Revocation(ConcurrentDictionary<Grant, byte> revoked, Grant grant) : IDisposable
    {
        public void Dispose() => revoked.TryRemove(grant, out _);
    }
}
