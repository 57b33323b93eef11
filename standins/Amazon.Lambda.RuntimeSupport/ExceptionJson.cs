using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace Amazon.Lambda.RuntimeSupport;

/// <summary>An exception as Lambda wants it: the error document, and the X-Ray cause that goes into a header.</summary>
internal static class ExceptionJson
{
    private const int MaxBytes = 256 * 1024;
    private const string TooLong = """{"errorMessage": "Exception exceeded maximum payload size of 256KB."}""";

    public static string Error(Exception exception)
    {
        var json = Write(writer => WriteError(writer, exception), indented: true);
        return Encoding.UTF8.GetByteCount(json) <= MaxBytes ? json : TooLong;
    }

    public static string Cause(Exception exception) => Write(writer => WriteCause(writer, exception), indented: false);

    private static void WriteError(Utf8JsonWriter writer, Exception exception)
    {
        writer.WriteStartObject();
        writer.WriteString("errorType", exception.GetType().Name);
        writer.WriteString("errorMessage", exception.Message.Trim());
        if (!string.IsNullOrEmpty(exception.StackTrace))
        {
            writer.WriteStartArray("stackTrace");
            foreach (var line in exception.StackTrace.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                writer.WriteStringValue(line);
            }

            writer.WriteEndArray();
        }

        if (exception.InnerException is { } inner)
        {
            writer.WritePropertyName("cause");
            WriteError(writer, inner);
        }

        if (exception is AggregateException { InnerExceptions.Count: > 0 } aggregate)
        {
            writer.WriteStartArray("causes");
            foreach (var one in aggregate.InnerExceptions)
            {
                WriteError(writer, one);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static void WriteCause(Utf8JsonWriter writer, Exception exception)
    {
        var frames = new StackTrace(exception, true).GetFrames();
        writer.WriteStartObject();
        writer.WriteString("working_directory", Directory.GetCurrentDirectory());
        writer.WriteStartArray("exceptions");
        writer.WriteStartObject();
        writer.WriteString("type", exception.GetType().Name);
        writer.WriteString("message", exception.Message.Trim());
        if (frames.Length > 0)
        {
            writer.WriteStartArray("stack");
            foreach (var frame in frames)
            {
                WriteFrame(writer, frame);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteStartArray("paths");
        foreach (var path in frames.Select(frame => frame.GetFileName()).Where(path => path is not null).Distinct())
        {
            writer.WriteStringValue(path);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteFrame(Utf8JsonWriter writer, StackFrame frame)
    {
        writer.WriteStartObject();
        if (frame.GetFileName() is { } path)
        {
            writer.WriteString("path", path);
        }

        writer.WriteString("label", Label(frame));
        if (frame.GetFileName() is not null)
        {
            writer.WriteNumber("line", frame.GetFileLineNumber());
        }

        writer.WriteEndObject();
    }

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "A method that was trimmed away is named as such.")]
    private static string Label(StackFrame frame) => frame.GetMethod() switch
    {
        null => "Method has been trimmed",
        { DeclaringType: { } type } method => $"{type.Name}.{method.Name}",
        var method => method.Name,
    };

    private static string Write(Action<Utf8JsonWriter> write, bool indented)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new() { Indented = indented }))
        {
            write(writer);
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }
}
