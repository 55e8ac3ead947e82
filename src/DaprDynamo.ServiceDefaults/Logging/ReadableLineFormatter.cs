using System.Globalization;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Display;

namespace DaprDynamo.ServiceDefaults.Logging;

/// <summary>One line for people: time, level, node, category, message, and what ties the line to a request.</summary>
internal sealed class ReadableLineFormatter : ITextFormatter
{
    private readonly MessageTemplateTextFormatter _message = new("{Message:lj}", CultureInfo.InvariantCulture);

    public void Format(LogEvent logEvent, TextWriter output)
    {
        output.Write(logEvent.Timestamp.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture));
        output.Write(' ');
        output.Write(LevelName(logEvent.Level));
        output.Write(" [");
        output.Write(Text(logEvent, LogProperties.Node));
        output.Write("] ");
        if (Text(logEvent, "SourceContext") is { } category)
        {
            output.Write(category);
            output.Write(": ");
        }

        using var message = new StringWriter(CultureInfo.InvariantCulture);
        _message.Format(logEvent, message);
        output.Write(OnOneLine(message.ToString()));
        WriteRequest(logEvent, output);
        output.WriteLine();

        if (logEvent.Exception is { } exception)
        {
            // The one thing that takes more lines: indented, so that they cannot pass for events of their own.
            output.Write("    ");
            output.WriteLine(exception.ToString().ReplaceLineEndings(Environment.NewLine + "    "));
        }
    }

    private static void WriteRequest(LogEvent logEvent, TextWriter output)
    {
        var trace = logEvent.TraceId?.ToHexString();
        var correlation = Text(logEvent, LogProperties.CorrelationId);
        if (correlation is not null && correlation != trace)
        {
            output.Write(" correlation=");
            output.Write(correlation);
        }

        if (trace is not null)
        {
            output.Write(" trace=");
            output.Write(trace);
        }
    }

    /// <summary>A value with a line break in it must not be able to forge an event.</summary>
    private static string OnOneLine(string text) =>
        text.AsSpan().IndexOfAny('\r', '\n') < 0
            ? text
            : text.Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string? Text(LogEvent logEvent, string property) =>
        logEvent.Properties.TryGetValue(property, out var value) && value is ScalarValue { Value: { } scalar }
            ? Convert.ToString(scalar, CultureInfo.InvariantCulture)
            : null;

    private static string LevelName(LogEventLevel level) => level switch
    {
        LogEventLevel.Verbose => "TRC",
        LogEventLevel.Debug => "DBG",
        LogEventLevel.Information => "INF",
        LogEventLevel.Warning => "WRN",
        LogEventLevel.Error => "ERR",
        _ => "CRT",
    };
}
