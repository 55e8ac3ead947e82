using System.Globalization;

namespace DaprDynamo.Portal.Components.Charts;

/// <summary>An axis: which values it spans, where a value lies on it, and what is written beside it.</summary>
public sealed class ChartScale
{
    private readonly double _least;
    private readonly double _most;
    private readonly bool _isLogarithmic;

    private ChartScale(double least, double most, bool isLogarithmic, IReadOnlyList<double> ticks) =>
        (_least, _most, _isLogarithmic, Ticks) = (least, most, isLogarithmic, ticks);

    /// <summary>The values worth a line, ascending.</summary>
    public IReadOnlyList<double> Ticks { get; }

    /// <summary>The largest value on it.</summary>
    public double Most => _most;

    /// <summary>From zero to a round number that is not less than a value, with round numbers between.</summary>
    /// <param name="largest">What must have room.</param>
    /// <param name="steps">About how many steps to make of it.</param>
    /// <param name="stepMin">The smallest step that makes sense: 1 for what is counted.</param>
    /// <param name="isBinary">Whether round numbers are those of bytes.</param>
    public static ChartScale FromZero(double largest, int steps = 4, double stepMin = 0, bool isBinary = false)
    {
        var step = Math.Max(stepMin, isBinary ? BinaryStepOf(largest / steps) : RoundStepOf(largest / steps));
        var count = Math.Max(1, (int)Math.Ceiling((largest / step) - 1e-9));
        return new ChartScale(0, step * count, false, [.. Enumerable.Range(0, count + 1).Select(index => step * index)]);
    }

    /// <summary>From zero to a value exactly, with round numbers between.</summary>
    public static ChartScale Exactly(double largest, int steps)
    {
        var step = RoundStepOf(largest / steps);
        var count = (int)Math.Floor((largest / step) + 1e-9);
        return new ChartScale(0, largest, false, [.. Enumerable.Range(0, count + 1).Select(index => step * index)]);
    }

    /// <summary>Powers of ten around values above zero: as much room for each factor.</summary>
    /// <param name="smallest">The smallest value above zero.</param>
    /// <param name="largest">The largest.</param>
    public static ChartScale Logarithmic(double smallest, double largest)
    {
        var first = (int)Math.Floor(Math.Log10(Math.Max(smallest, 1e-3)) + 1e-9);
        var last = Math.Max(first + 1, (int)Math.Ceiling(Math.Log10(Math.Max(largest, 1e-3)) - 1e-9));
        return new ChartScale(
            Math.Pow(10, first), Math.Pow(10, last), true, [.. Enumerable.Range(first, last - first + 1).Select(power => Math.Round(Math.Pow(10, power), 6))]);
    }

    /// <summary>Where a value lies: 0 at the axis' begin, 1 at its end.</summary>
    public double ShareOf(double value)
    {
        var within = Math.Clamp(value, _least, _most);
        return _isLogarithmic ? Math.Log(within / _least) / Math.Log(_most / _least) : (within - _least) / (_most - _least);
    }

    /// <summary>A share as a percentage for style attributes.</summary>
    public static string Percent(double share) => (share * 100).ToString("0.###", CultureInfo.InvariantCulture) + "%";

    /// <summary>The next of 1, 2, 5, 10, 20, 50 and so on, also below 1.</summary>
    private static double RoundStepOf(double step)
    {
        if (step <= 0 || !double.IsFinite(step))
        {
            return 1;
        }

        var power = Math.Pow(10, Math.Floor(Math.Log10(step) + 1e-9));
        var factor = step / power;
        return Math.Round(power * (factor <= 1 + 1e-9 ? 1 : factor <= 2 + 1e-9 ? 2 : factor <= 5 + 1e-9 ? 5 : 10), 9);
    }

    private static double BinaryStepOf(double step) => step <= 1 ? 1 : Math.Pow(2, Math.Ceiling(Math.Log2(step) - 1e-9));
}
