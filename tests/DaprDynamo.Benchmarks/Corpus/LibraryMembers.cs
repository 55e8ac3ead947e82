using System.Text.Json;
using System.Xml;

namespace DaprDynamo.Benchmarks.Corpus;

/// <summary>The documented members of the .NET libraries on this machine, some ten thousands: <c>M:System.String.Concat(...)</c> and so on.</summary>
internal static class LibraryMembers
{
    /// <summary>Every member as one entry: its documentation under its identifier.</summary>
    public static IEnumerable<Entry> Read() => Files().SelectMany(Members);

    private static IEnumerable<string> Files()
    {
        // .../shared/Microsoft.NETCore.App/10.0.0/System.Private.CoreLib.dll -> .../packs
        var root = Path.GetDirectoryName(typeof(object).Assembly.Location);
        var packs = Path.Combine(root ?? "", "..", "..", "..", "packs");
        return Directory.Exists(packs)
            ? Directory.EnumerateFiles(packs, "*.xml", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            : [];
    }

    private static IEnumerable<Entry> Members(string file)
    {
        using var reader = XmlReader.Create(file);
        while (reader.Read())
        {
            while (reader is { NodeType: XmlNodeType.Element, Name: "member" } && reader.GetAttribute("name") is { } name)
            {
                // Reading the content moves on to the next member.
                var value = new { assembly = Path.GetFileNameWithoutExtension(file), member = name, documentation = reader.ReadInnerXml() };
                yield return new Entry($"dotnet/{value.assembly}/{name}", JsonSerializer.Serialize(value));
            }
        }
    }
}
