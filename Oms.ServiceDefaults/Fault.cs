using System.Globalization;
using System.Text;
using Amazon.Runtime;

namespace Oms.ServiceDefaults;

/// <summary>
/// A fault as it may be logged: kinds, codes and places.
/// A library's text may quote the value that it choked on, so only what this project itself says is kept, and who was denied what.
/// </summary>
public static class Fault
{
    public static string Describe(Exception fault)
    {
        var text = new StringBuilder();
        for (var current = fault; current is not null; current = current.InnerException)
        {
            text.Append(text.Length > 0 ? "\ncaused by " : "").Append(current.GetType().Name);
            if (current is AmazonServiceException service)
            {
                text.Append(CultureInfo.InvariantCulture, $" {service.ErrorCode} ({(int)service.StatusCode})");
            }

            if (IsOurText(current))
            {
                text.Append(": ").Append(current.Message);
            }

            if (current.StackTrace is { } places)
            {
                text.Append('\n').Append(places);
            }
        }

        return text.ToString();
    }

    private static bool IsOurText(Exception fault) =>
        fault is AmazonServiceException { ErrorCode: "AccessDenied" or "AccessDeniedException" or "AuthorizationError" }
        || fault.Source?.StartsWith("Oms.", StringComparison.Ordinal) == true;
}
