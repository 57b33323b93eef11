using System.Text.Json;
using Oms.LocalAws.Proxy;

namespace Oms.LocalAws.EventSources;

/// <summary>An event source refused a call; Code is the last part of the error's type, such as `ExpiredIteratorException`.</summary>
public sealed class AwsCallException : Exception
{
    public AwsCallException()
        : this("", "")
    {
    }

    public AwsCallException(string message)
        : this("", message)
    {
    }

    public AwsCallException(string message, Exception inner)
        : base(message, inner) => Code = "";

    public AwsCallException(string code, string message)
        : base(message) => Code = code;

    public string Code { get; }

    internal static AwsCallException Of(string operation, AwsAnswer answer)
    {
        if (answer.Status == 0) return new("ConnectionBroken", $"{operation}: the connection broke");
        try
        {
            using var json = AwsJson.Parse(answer.Body);
            var type = Text(json.RootElement, "__type") ?? "Unknown";
            var text = Text(json.RootElement, "message") ?? Text(json.RootElement, "Message") ?? "";
            return new(type[(type.LastIndexOf('#') + 1)..], $"{operation}: {text}");
        }
        catch (JsonException)
        {
            return new("Unknown", $"{operation}: status {answer.Status}");
        }
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value.GetString() : null;
}
