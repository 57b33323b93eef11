using System.Globalization;

namespace Oms.LocalAws;

/// <summary>Settings as they are given: `--name value` or `--name=value` on the command line, else OMS_LOCALAWS_NAME in the environment.</summary>
internal sealed class Settings
{
    private const string EnvironmentPrefix = "OMS_LOCALAWS_";

    private readonly Dictionary<string, string> _given = new(StringComparer.Ordinal);
    private readonly Func<string, string?> _environment;

    /// <exception cref="LocalAwsException">An argument is no setting, or none of <paramref name="names"/>.</exception>
    public Settings(IReadOnlyList<string> arguments, Func<string, string?> environment, IReadOnlyList<string> names)
    {
        _environment = environment;
        for (var i = 0; i < arguments.Count; i++)
        {
            if (!arguments[i].StartsWith("--", StringComparison.Ordinal))
                throw new LocalAwsException($"'{arguments[i]}' is not a setting: settings are written --name value");
            var name = arguments[i][2..];
            var equals = name.IndexOf('=', StringComparison.Ordinal);
            if (equals >= 0)
                _given[name[..equals]] = name[(equals + 1)..];
            else if (i + 1 < arguments.Count)
                _given[name] = arguments[++i];
            else
                throw new LocalAwsException($"--{name} needs a value");
        }

        foreach (var name in _given.Keys.Where(n => !names.Contains(n)))
            throw new LocalAwsException($"'--{name}' is not a setting; known are {string.Join(", ", names)}");
    }

    public string? this[string name] => _given.GetValueOrDefault(name) ?? _environment(Variable(name));

    public string Required(string name) => this[name] is { Length: > 0 } value
        ? value
        : throw new LocalAwsException($"setting '{name}' is missing: give --{name} or {Variable(name)}");

    public int Port(string name, int usual)
    {
        if (this[name] is not { } text)
            return usual;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= ushort.MaxValue
            ? port
            : throw new LocalAwsException($"setting '{name}' should be a port, not '{text}'");
    }

    public bool Switch(string name, string usual) => (this[name] ?? usual) switch
    {
        "on" => true,
        "off" => false,
        var text => throw new LocalAwsException($"setting '{name}' should be on or off, not '{text}'"),
    };

    public Uri Url(string name, string usual) => Uri.TryCreate(this[name] ?? usual, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
        ? url
        : throw new LocalAwsException($"setting '{name}' should be an http address, not '{this[name]}'");

    private static string Variable(string name) => EnvironmentPrefix + name.Replace('-', '_').ToUpperInvariant();
}
