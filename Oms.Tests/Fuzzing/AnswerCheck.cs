using System.Text.Json;
using System.Text.RegularExpressions;

namespace Oms.Tests.Fuzzing;

/// <summary>What must hold for every answer, whatever was sent.</summary>
internal static partial class AnswerCheck
{
    /// <summary>What the gateway says itself, in AWS's own body.</summary>
    private static readonly Dictionary<int, string> Gateway = new()
    {
        [401] = "Unauthorized",
        [403] = "Forbidden",
        [413] = "Request Entity Too Large",
        [429] = "Too Many Requests",
    };

    /// <returns>What is wrong, in words that are the same for every input with this fault; null where nothing is.</returns>
    public static string? Fault(HttpInput input, WireAnswer answer)
    {
        if (answer.Status is 0 or >= 500)
        {
            return answer.Status == 0 ? "no answer" : $"answered {answer.Status}";
        }

        if (input.Expected.Count > 0 && !input.Expected.Contains(answer.Status))
        {
            return $"answered {answer.Status}, not {string.Join(" or ", input.Expected)}";
        }

        if (input.Secrets.Any(secret => answer.Text.Contains(secret, StringComparison.Ordinal) || answer.Headers.Values.Any(value => value.Contains(secret, StringComparison.Ordinal))))
        {
            return "echoes a secret";
        }

        return answer.Status < 400 ? Success(answer)
            : input.Method == "HEAD" || IsOfTheServer(answer) ? null
            : Gateway.TryGetValue(answer.Status, out var message) && answer.Header("content-type") == "application/json"
                ? (answer.Text == $$"""{"message":"{{message}}"}""" ? null : $"a {answer.Status} of the gateway with another body than AWS's")
                : Problem(input, answer);
    }

    private static string? Success(WireAnswer answer) => answer.Status switch
    {
        202 => OrderPath().IsMatch(answer.Header("location") ?? "") ? null : "accepted without a Location",
        200 => answer.Header("content-type") == "application/json" || answer.Body.Length == 0 ? null : $"a 200 that is {answer.Header("content-type")}",
        _ => $"answered {answer.Status}",
    };

    /// <summary>What is no HTTP (a target that decodes to no path) never gets to the gateway: the server under it closes the connection.</summary>
    private static bool IsOfTheServer(WireAnswer answer) => answer is { Status: 400 or 405, Body.Length: 0 } && answer.Header("connection") == "close";

    /// <summary>RFC 9457, with the members that this API always gives.</summary>
    private static string? Problem(HttpInput input, WireAnswer answer)
    {
        if (answer.Header("content-type") != "application/problem+json")
        {
            return $"a {answer.Status} that is {answer.Header("content-type") ?? "nothing"}, not application/problem+json";
        }

        JsonElement problem;
        try
        {
            problem = JsonDocument.Parse(answer.Body).RootElement;
        }
        catch (JsonException)
        {
            return "a problem that is no JSON";
        }

        foreach (var member in (string[])["type", "title", "detail", "instance", "code", "traceId"])
        {
            if (!problem.TryGetProperty(member, out var value) || value.ValueKind != JsonValueKind.String || value.GetString()!.Length == 0)
            {
                return $"a problem without {member}";
            }
        }

        if (!problem.TryGetProperty("status", out var status) || status.GetInt32() != answer.Status)
        {
            return "a problem with another status than its answer";
        }

        if (problem.GetProperty("type").GetString() != "urn:oms:problem:" + problem.GetProperty("code").GetString() || !TraceId().IsMatch(problem.GetProperty("traceId").GetString()!))
        {
            return "a problem whose type or traceId has another form";
        }

        return problem.TryGetProperty("errors", out var errors) ? errors.EnumerateArray().Select(error => Pointer(input, error)).FirstOrDefault(static fault => fault is not null) : null;
    }

    private static string? Pointer(HttpInput input, JsonElement error)
    {
        if (!error.TryGetProperty("pointer", out var pointer) || !error.TryGetProperty("message", out var message) || message.GetString() is not { Length: > 0 })
        {
            return "an error without pointer or message";
        }

        var path = pointer.GetString()!;
        return JsonPointer().IsMatch(path) ? Resolves(input.Body, path) ? null : "a pointer to nothing that was sent" : "a pointer that is none by RFC 6901";
    }

    /// <summary>To a value that was sent, or to a member that is missing from one that was.</summary>
    private static bool Resolves(ReadOnlyMemory<byte> sent, string pointer)
    {
        try
        {
            using var document = JsonDocument.Parse(sent.Span.StartsWith("\uFEFF"u8) ? sent[3..] : sent);
            var current = document.RootElement;
            var steps = pointer.Split('/').Skip(1).Select(static step => step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)).ToList();
            for (var i = 0; i < steps.Count; i++)
            {
                var isLast = i == steps.Count - 1;
                switch (current.ValueKind)
                {
                    case JsonValueKind.Object when current.TryGetProperty(steps[i], out var member):
                        current = member;
                        break;
                    case JsonValueKind.Object:
                        return isLast;
                    case JsonValueKind.Array when int.TryParse(steps[i], System.Globalization.CultureInfo.InvariantCulture, out var index) && index < current.GetArrayLength():
                        current = current[index];
                        break;
                    default:
                        return false;
                }
            }

            return true;
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return true; // what was sent is no document: then nothing in it can be looked up
        }
    }

    [GeneratedRegex("^/v1/orders/ord_[0-9a-z]{26}$", RegexOptions.None, 1000)]
    private static partial Regex OrderPath();

    [GeneratedRegex("^[0-9a-f]{32}$", RegexOptions.None, 1000)]
    private static partial Regex TraceId();

    [GeneratedRegex("^(/([^~/]|~[01])*)*$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex JsonPointer();
}
