namespace Oms.LocalAws;

/// <summary>Settings of LocalAws: `--name value` on the command line, or OMS_LOCALAWS_NAME in the environment. Port 0 is any free one.</summary>
public sealed record LocalAwsOptions
{
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
        var settings = new Settings(arguments, environment, Names);
        return new LocalAwsOptions
        {
            Template = settings.Required("template"),
            ApiPort = settings.Port("api-port", 5080),
            RuntimePort = settings.Port("runtime-port", 5081),
            AwsPort = settings.Port("aws-port", 4566),
            DynamoDbUrl = settings.Url("dynamodb-url", "http://127.0.0.1:8000"),
            MessagingUrl = settings.Url("messaging-url", "http://127.0.0.1:4567"),
            State = settings.Required("state"),
            Parameters = Pairs(settings["parameters"] ?? ""),
            TimeLimits = settings.Switch("time-limits", "on"),
            Meter = settings.Switch("meter", "off"),
        };
    }

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
