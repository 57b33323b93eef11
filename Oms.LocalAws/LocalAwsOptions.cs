using System.Globalization;

namespace Oms.LocalAws;

/// <summary>Settings of LocalAws: `--name value` on the command line, or OMS_LOCALAWS_NAME in the environment. Port 0 is any free one.</summary>
public sealed record LocalAwsOptions
{
    private const string EnvironmentPrefix = "OMS_LOCALAWS_";
    private static readonly string[] Names =
        ["template", "api-port", "runtime-port", "aws-port", "dynamodb-url", "messaging-url", "state", "parameters", "time-limits", "meter"];

    public required string Template { get; init; }

    public int ApiPort { get; init; } = 5080;

    public int RuntimePort { get; init; } = 5081;

    public int AwsPort { get; init; } = 4566;

    public required Uri DynamoDbUrl { get; init; }

    public required Uri MessagingUrl { get; init; }

    /// <summary>The folder of stream checkpoints and of the token signing key.</summary>
    public required string State { get; init; }

    /// <summary>Values for the template's parameters; those that LocalAws knows itself (issuer, audience) need none.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>False: no invocation times out and no message comes back, so that a function can be debugged.</summary>
    public bool TimeLimits { get; init; } = true;

    /// <summary>Whether the capacity meter counts from the start (`on`); it makes writes slower.</summary>
    public bool Meter { get; init; }

    public static LocalAwsOptions Parse(IReadOnlyList<string> arguments, Func<string, string?> environment)
    {
        var given = Arguments(arguments);
        foreach (var name in given.Keys.Where(n => !Names.Contains(n)))
            throw new LocalAwsException($"'--{name}' is not a setting; known are {string.Join(", ", Names)}");
        string? Value(string name) =>
            given.GetValueOrDefault(name) ?? environment(EnvironmentPrefix + name.Replace('-', '_').ToUpperInvariant());
        string Required(string name) => Value(name) is { Length: > 0 } value
            ? value
            : throw new LocalAwsException($"setting '{name}' is missing: give --{name} or {EnvironmentPrefix}{name.Replace('-', '_').ToUpperInvariant()}");

        return new LocalAwsOptions
        {
            Template = Required("template"),
            ApiPort = Port("api-port", Value("api-port"), 5080),
            RuntimePort = Port("runtime-port", Value("runtime-port"), 5081),
            AwsPort = Port("aws-port", Value("aws-port"), 4566),
            DynamoDbUrl = Url("dynamodb-url", Value("dynamodb-url") ?? "http://127.0.0.1:8000"),
            MessagingUrl = Url("messaging-url", Value("messaging-url") ?? "http://127.0.0.1:4567"),
            State = Required("state"),
            Parameters = Pairs(Value("parameters") ?? ""),
            TimeLimits = Switch("time-limits", Value("time-limits") ?? "on"),
            Meter = Switch("meter", Value("meter") ?? "off"),
        };
    }

    private static Dictionary<string, string> Arguments(IReadOnlyList<string> arguments)
    {
        var given = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < arguments.Count; i++)
        {
            if (!arguments[i].StartsWith("--", StringComparison.Ordinal))
                throw new LocalAwsException($"'{arguments[i]}' is not a setting: settings are written --name value");
            var name = arguments[i][2..];
            var equals = name.IndexOf('=', StringComparison.Ordinal);
            if (equals >= 0)
                given[name[..equals]] = name[(equals + 1)..];
            else if (i + 1 < arguments.Count)
                given[name] = arguments[++i];
            else
                throw new LocalAwsException($"--{name} needs a value");
        }

        return given;
    }

    private static int Port(string name, string? text, int usual)
    {
        if (text is null)
            return usual;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= ushort.MaxValue
            ? port
            : throw new LocalAwsException($"setting '{name}' should be a port, not '{text}'");
    }

    private static bool Switch(string name, string text) => text switch
    {
        "on" => true,
        "off" => false,
        _ => throw new LocalAwsException($"setting '{name}' should be on or off, not '{text}'"),
    };

    private static Uri Url(string name, string text) => Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"
        ? url
        : throw new LocalAwsException($"setting '{name}' should be an http address, not '{text}'");

    private static Dictionary<string, string> Pairs(string text)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (pair.Split('=', 2) is not [var name, var value])
                throw new LocalAwsException($"setting 'parameters' should read Name=Value;…, not '{pair}'");
            pairs[name] = value;
        }

        return pairs;
    }
}
