using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace DaprDynamo.Benchmarks.Corpus;

/// <summary>The machine's package database: what is installed, and what the package lists offer.</summary>
internal static class DebianPackages
{
    private const string Installed = "/var/lib/dpkg/status";
    private const string Reader = "/usr/bin/apt-cache";

    // Letters beyond ASCII as they are, so that values hold UTF-8 and escapes both.
    private static readonly JsonSerializerOptions AsIs = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Every package as one entry: all its fields under its name, architecture and version.</summary>
    public static IEnumerable<Entry> Read() => Stanzas(InstalledLines()).Concat(Stanzas(AvailableLines())).Select(ToEntry).OfType<Entry>();

    private static IEnumerable<string> InstalledLines() => File.Exists(Installed) ? File.ReadLines(Installed) : [];

    // The lists lie compressed on some machines and not on others; their own reader knows.
    private static IEnumerable<string> AvailableLines()
    {
        if (!File.Exists(Reader))
        {
            yield break;
        }

        using var reader = Process.Start(new ProcessStartInfo(Reader, ["dumpavail"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        try
        {
            while (reader.StandardOutput.ReadLine() is { } line)
            {
                yield return line;
            }
        }
        finally
        {
            reader.Kill(); // Whoever takes only the first lines leaves it waiting for us.
        }
    }

    private static IEnumerable<Dictionary<string, string>> Stanzas(IEnumerable<string> lines)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        var field = "";
        foreach (var line in lines.Append(""))
        {
            if (line.Length == 0)
            {
                if (fields.Count > 0)
                {
                    yield return fields;
                }

                fields = new Dictionary<string, string>(StringComparer.Ordinal);
            }
            else if (line[0] is ' ' or '\t' && field.Length > 0)
            {
                fields[field] += '\n' + line[1..];
            }
            else if (line.IndexOf(':', StringComparison.Ordinal) is var colon and > 0)
            {
                field = line[..colon];
                fields[field] = line[(colon + 1)..].Trim();
            }
        }
    }

    private static Entry? ToEntry(Dictionary<string, string> fields) =>
        fields.TryGetValue("Package", out var name)
            ? new Entry(
                $"debian/{name}/{fields.GetValueOrDefault("Architecture")}/{fields.GetValueOrDefault("Version")}",
                JsonSerializer.Serialize(fields, AsIs))
            : null;
}
