using System.Text;

namespace DaprDynamo.Benchmarks.Corpus;

/// <summary>
/// Real keys and values of this machine: its Debian packages, and when these are too few the documented members of the
/// .NET libraries. Real, because made-up data has neither their odd characters nor their uneven sizes.
/// </summary>
internal static class RealData
{
    private const int KeySizeBytesMax = 1024;

    /// <summary>So many entries with different keys, always the same on one machine.</summary>
    public static IReadOnlyList<Entry> Take(int count)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        var entries = DebianPackages.Read().Concat(LibraryMembers.Read())
            .Where(entry => Encoding.UTF8.GetByteCount(entry.Key) <= KeySizeBytesMax && keys.Add(entry.Key))
            .Take(count)
            .ToList();
        return entries.Count == count
            ? entries
            : throw new InvalidOperationException($"This machine has only {entries.Count} lines of real data, {count} are asked for.");
    }
}
