namespace Oms.LocalAws.Embedded;

/// <summary>Settings of the embedded backend as a process: `Oms.LocalAws backend --name value`, or OMS_LOCALAWS_NAME in the environment.</summary>
public sealed record EmbeddedOptions
{
    /// <summary>The first argument that makes the program the backend instead of LocalAws.</summary>
    public const string Command = "backend";

    private static readonly string[] Names = ["backend-port", "data", "aws-port"];

    /// <summary>0 is any free port.</summary>
    public int Port { get; init; } = 8000;

    /// <summary>The folder of its file; null: nothing outlives the process.</summary>
    public string? Data { get; init; }

    /// <summary>What queue URLs begin with: LocalAws, through which they are called.</summary>
    public Uri? QueueUrls { get; init; }

    public static EmbeddedOptions Parse(IReadOnlyList<string> arguments, Func<string, string?> environment)
    {
        var settings = new Settings(arguments, environment, Names);
        return new()
        {
            Port = settings.Port("backend-port", 8000),
            Data = settings["data"] is { Length: > 0 } folder ? folder : null,
            QueueUrls = new UriBuilder(Uri.UriSchemeHttp, "127.0.0.1", settings.Port("aws-port", 4566)).Uri,
        };
    }
}
