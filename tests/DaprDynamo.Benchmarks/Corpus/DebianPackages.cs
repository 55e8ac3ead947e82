using System.Text.Encodings.Web;
using System.Text.Json;

namespace DaprDynamo.Benchmarks.Corpus;

/// <summary>The machine's package database: what is installed, and what the package lists offer.</summary>
internal static class DebianPackages
{
    private const string Installed = "/var/lib/dpkg/status";
    private const string Lists = "/var/lib/apt/lists";

    // Letters beyond ASCII as they are, so that values hold UTF-8 and escapes both.
    private static readonly JsonSerializerOptions AsIs = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Every package as one entry: all its fields under its name, architecture and version.</summary>
    public static IEnumerable<Entry> Read() => Files().SelectMany(file => Stanzas(file).Select(ToEntry).OfType<Entry>());

    private static IEnumerable<string> Files()
    {
        IEnumerable<string> lists = Directory.Exists(Lists) ? Directory.EnumerateFiles(Lists, "*_Packages").Order(StringComparer.Ordinal) : [];
        return new[] { Installed }.Where(File.Exists).Concat(lists);
    }

    private static IEnumerable<Dictionary<string, string>> Stanzas(string file)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        var field = "";
        foreach (var line in File.ReadLines(file).Append(""))
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
