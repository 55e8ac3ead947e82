using System.Globalization;
using System.Runtime.CompilerServices;

namespace DaprDynamo.Simulation.Runs;

/// <summary>The readable log of a run: simulated time, who, what. Costs nothing when nobody reads it.</summary>
internal sealed class RunTrace(TextWriter? writer)
{
    internal static readonly RunTrace None = new(null);

    internal bool IsOn => writer is not null;

    internal void Write(long nowTicks, string who, [InterpolatedStringHandlerArgument("")] TraceText what) => Write(nowTicks, who, what.ToString());

    private void Write(long nowTicks, string who, string what) => writer?.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"{TimeSpan.FromTicks(nowTicks).TotalSeconds,12:F6} {who,-10} {what}"));

    /// <summary>Text that is only put together when somebody reads the trace.</summary>
    [InterpolatedStringHandler]
    internal ref struct TraceText
    {
        private DefaultInterpolatedStringHandler _text;
        private readonly bool _isOn;

        public TraceText(int literalLength, int formattedCount, RunTrace trace, out bool isOn)
        {
            isOn = _isOn = trace.IsOn;
            _text = isOn ? new(literalLength, formattedCount, CultureInfo.InvariantCulture) : default;
        }

        public void AppendLiteral(string value) => _text.AppendLiteral(value);

        public void AppendFormatted<T>(T value) => _text.AppendFormatted(value);

        public void AppendFormatted<T>(T value, string format) => _text.AppendFormatted(value, format);

        public override string ToString() => _isOn ? _text.ToStringAndClear() : "";
    }
}
