using System.Globalization;

namespace DaprDynamo.Portal.Components.Charts;

/// <summary>What the values of a chart are, and how they are written.</summary>
public enum ChartUnit
{
    /// <summary>How many there are.</summary>
    Count,

    /// <summary>How many there are a second.</summary>
    PerSecond,

    /// <summary>Milliseconds.</summary>
    Milliseconds,

    /// <summary>Bytes.</summary>
    Bytes,
}

/// <summary>Writes values as people read them.</summary>
public static class ChartUnits
{
    private static readonly string[] BinaryUnits = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

    /// <summary>The value with its unit; a dash when it is not known.</summary>
    public static string Format(this ChartUnit unit, double? value) => (unit, value) switch
    {
        (_, null) => "–",
        (ChartUnit.Milliseconds, { } ms) => Milliseconds(ms),
        (ChartUnit.Bytes, { } bytes) => Bytes(bytes),
        (ChartUnit.PerSecond, { } rate) => Short(rate) + "/s",
        (_, { } count) => Short(count),
    };

    private static string Milliseconds(double ms) => ms switch
    {
        0 => "0 ms",
        < 1 => string.Create(CultureInfo.InvariantCulture, $"{ms:0.##} ms"),
        < 10 => string.Create(CultureInfo.InvariantCulture, $"{ms:0.#} ms"),
        < 10_000 => string.Create(CultureInfo.InvariantCulture, $"{ms:#,0} ms"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{ms / 1000:#,0.#} s"),
    };

    private static string Bytes(double bytes)
    {
        var power = bytes < 1 ? 0 : Math.Min(BinaryUnits.Length - 1, (int)Math.Log(bytes, 1024));
        return string.Create(CultureInfo.InvariantCulture, $"{bytes / Math.Pow(1024, power):0.#} {BinaryUnits[power]}");
    }

    private static string Short(double value) => value switch
    {
        0 => "0",
        < 0.1 => string.Create(CultureInfo.InvariantCulture, $"{value:0.###}"),
        < 10 => string.Create(CultureInfo.InvariantCulture, $"{value:0.##}"),
        < 100 => string.Create(CultureInfo.InvariantCulture, $"{value:0.#}"),
        < 100_000 => string.Create(CultureInfo.InvariantCulture, $"{value:#,0}"),
        < 10_000_000 => string.Create(CultureInfo.InvariantCulture, $"{value / 1000:#,0.#} k"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{value / 1_000_000:#,0.#} M"),
    };
}
