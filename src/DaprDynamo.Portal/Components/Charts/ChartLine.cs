using System.Globalization;
using System.Text;

namespace DaprDynamo.Portal.Components.Charts;

/// <summary>A line of a chart: one value for each step of time.</summary>
/// <param name="Name">What the values are.</param>
/// <param name="Values">The values, the oldest first; null where nothing is known.</param>
public sealed record ChartLine(string Name, IReadOnlyList<double?> Values)
{
    /// <summary>The width and height that paths are made for; charts stretch them to what room there is.</summary>
    internal const int Extent = 1000;

    /// <summary>The last value; null when it is not known.</summary>
    public double? Last => Values.Count == 0 ? null : Values[^1];

    /// <summary>The line as an SVG path. It is broken where nothing is known; a value between two unknown ones is a short dash.</summary>
    internal string PathOf(ChartScale scale) => Draw(scale, static (path, run, scale) =>
    {
        Append(path, 'M', run[0].X - (run.Count == 1 ? 1 : 0), run[0].Value, scale);
        foreach (var (x, value) in run.Count == 1 ? run : run.Skip(1))
        {
            Append(path, 'L', x, value, scale);
        }
    });

    /// <summary>The area below the line.</summary>
    internal string AreaOf(ChartScale scale) => Draw(scale, static (path, run, scale) =>
    {
        Append(path, 'M', run[0].X, 0, scale);
        foreach (var (x, value) in run)
        {
            Append(path, 'L', x, value, scale);
        }

        Append(path, 'L', run[^1].X, 0, scale);
        path.Append('Z');
    });

    private string Draw(ChartScale scale, Action<StringBuilder, List<(double X, double Value)>, ChartScale> drawRun)
    {
        var path = new StringBuilder();
        var run = new List<(double X, double Value)>();
        var width = Math.Max(1, Values.Count - 1);
        for (var index = 0; index <= Values.Count; index++)
        {
            if (index < Values.Count && Values[index] is { } value)
            {
                run.Add(((double)index * Extent / width, value));
            }
            else if (run.Count > 0)
            {
                drawRun(path, run, scale);
                run.Clear();
            }
        }

        return path.ToString();
    }

    private static void Append(StringBuilder path, char command, double x, double value, ChartScale scale) => path.Append(
        CultureInfo.InvariantCulture, $"{command}{Math.Max(0, x):0.#} {(1 - scale.ShareOf(value)) * Extent:0.#}");
}
