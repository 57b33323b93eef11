using System.Globalization;
using Amazon.Lambda.Core;

namespace Amazon.Lambda.RuntimeSupport;

/// <summary>One line per record on standard output: time, request id, level, text.</summary>
internal sealed class LambdaConsoleLogger(string requestId) : ILambdaLogger
{
    public void Log(string message) => Console.Write(message);

    public void LogLine(string message) => Write(requestId, "info", message);

    public void Log(string level, string message) => Write(requestId, Short(level), message);

    public static void Unhandled(Exception exception, string requestId) => Write(requestId, "fail", exception.ToString());

    private static void Write(string requestId, string level, string message) =>
        Console.Out.WriteLine($"{DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture)}\t{requestId}\t{level}\t{message}");

    private static string Short(string level) => level switch
    {
        "Trace" => "trce",
        "Debug" => "dbug",
        "Information" => "info",
        "Warning" => "warn",
        "Error" => "fail",
        "Critical" => "crit",
        _ => level,
    };
}
