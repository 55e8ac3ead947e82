using System.Globalization;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Formatting.Display;
using Serilog.Formatting.Json;

namespace DaprDynamo.ServiceDefaults.Logging;

/// <summary>
/// One JSON object a line, with the compact log event format's field names (<c>@t</c>, <c>@m</c>, <c>@mt</c>, <c>@l</c>,
/// <c>@x</c>, <c>@tr</c>, <c>@sp</c>), which Seq and other log collectors take as they are.
/// </summary>
internal sealed class JsonLineFormatter : ITextFormatter
{
    // Plain rendering would put quotes around every text in the message.
    private readonly MessageTemplateTextFormatter _message = new("{Message:lj}", CultureInfo.InvariantCulture);
    private readonly JsonValueFormatter _values = new(typeTagName: "$type");

    public void Format(LogEvent logEvent, TextWriter output)
    {
        output.Write("{\"@t\":\"");
        output.Write(logEvent.Timestamp.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
        output.Write('"');
        using var message = new StringWriter(CultureInfo.InvariantCulture);
        _message.Format(logEvent, message);
        WriteField(output, "@m", message.ToString());
        WriteField(output, "@mt", logEvent.MessageTemplate.Text);
        if (logEvent.Level != LogEventLevel.Information)
        {
            WriteField(output, "@l", logEvent.Level.ToString());
        }

        WriteField(output, "@x", logEvent.Exception?.ToString());
        WriteField(output, "@tr", logEvent.TraceId?.ToHexString());
        WriteField(output, "@sp", logEvent.SpanId?.ToHexString());

        foreach (var (name, value) in logEvent.Properties)
        {
            if (LogProperties.RepeatsTrace(name))
            {
                continue;
            }

            output.Write(',');
            // The format doubles a leading @ to keep properties apart from its own fields.
            JsonValueFormatter.WriteQuotedJsonString(name.StartsWith('@') ? "@" + name : name, output);
            output.Write(':');
            _values.Format(value, output);
        }

        output.WriteLine('}');
    }

    private static void WriteField(TextWriter output, string name, string? value)
    {
        if (value is null)
        {
            return;
        }

        output.Write(",\"");
        output.Write(name);
        output.Write("\":");
        JsonValueFormatter.WriteQuotedJsonString(value, output);
    }
}
