using System.Globalization;

namespace DaprDynamo.Portal.Components.Pages.Members;

/// <summary>Writes amounts as people read them.</summary>
public static class Amounts
{
    private const double Kibi = 1024;

    /// <summary>Bytes, as <c>1.5 MiB</c>.</summary>
    public static string Size(double sizeBytes) => sizeBytes switch
    {
        < Kibi => Text($"{sizeBytes:0} B"),
        < Kibi * Kibi => Text($"{sizeBytes / Kibi:0.0} KiB"),
        < Kibi * Kibi * Kibi => Text($"{sizeBytes / Kibi / Kibi:0.0} MiB"),
        _ => Text($"{sizeBytes / Kibi / Kibi / Kibi:0.0} GiB"),
    };

    /// <summary>A span of time, as <c>3 min</c> or <c>2 d 4 h</c>.</summary>
    public static string Duration(double seconds) => TimeSpan.FromSeconds(Math.Max(0, seconds)) switch
    {
        { TotalSeconds: < 60 } span => Text($"{span.TotalSeconds:0} s"),
        { TotalMinutes: < 60 } span => Text($"{Math.Floor(span.TotalMinutes):0} min"),
        { TotalHours: < 24 } span => Text($"{Math.Floor(span.TotalHours):0} h {span.Minutes} min"),
        var span => Text($"{Math.Floor(span.TotalDays):0} d {span.Hours} h"),
    };

    /// <summary>A count, as <c>12,345</c>.</summary>
    public static string Count(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
