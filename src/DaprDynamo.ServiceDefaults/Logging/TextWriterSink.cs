using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;

namespace DaprDynamo.ServiceDefaults.Logging;

/// <summary>Writes each event to a writer the host supplied, whole lines at a time.</summary>
internal sealed class TextWriterSink(TextWriter writer, ITextFormatter formatter) : ILogEventSink
{
    public void Emit(LogEvent logEvent)
    {
        using var line = new StringWriter();
        formatter.Format(logEvent, line);

        // Hosts in one process may be given the same writer: the writer is the lock they have in common.
        lock (writer)
        {
            writer.Write(line.ToString());
            writer.Flush();
        }
    }
}
