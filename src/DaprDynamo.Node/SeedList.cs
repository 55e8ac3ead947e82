using System.Diagnostics.CodeAnalysis;
using DaprDynamo.Cluster.Membership;

namespace DaprDynamo.Node;

/// <summary>
/// Reads <see cref="NodeOptions.Seeds"/>: <c>http://host:port</c> or <c>id=http://host:port</c> each. The list may be the
/// same on every node: a node that stands first in it forms the cluster when there is none.
/// </summary>
internal static class SeedList
{
    /// <summary>Whom the node asks for the cluster: all in the list but itself.</summary>
    internal static IReadOnlyList<Seed> SeedsOf(NodeOptions options, Uri ownAddress) =>
        [.. Parse(options.Seeds).Where(seed => !IsSelf(seed, options, ownAddress))];

    /// <summary>Whether the node forms a cluster when no seed knows one: it has no seeds, or stands first among them.</summary>
    internal static bool MayForm(NodeOptions options, Uri ownAddress) =>
        options.Seeds.Count == 0 || IsSelf(Parse(options.Seeds).First(), options, ownAddress);

    /// <summary>What is wrong with the list, a sentence each.</summary>
    internal static IEnumerable<string> ProblemsOf(IReadOnlyList<string> seeds)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var text in seeds)
        {
            if (!TryParse(text, out var seed))
            {
                yield return $"'{text}' is not of the form http://host:port or id=http://host:port";
            }
            else if (!names.Add(seed.Name))
            {
                yield return $"'{seed.Name}' stands in the list twice";
            }
        }
    }

    private static bool IsSelf(Seed seed, NodeOptions options, Uri ownAddress) => seed.Name == options.NodeId || seed.Address == ownAddress;

    private static IEnumerable<Seed> Parse(IReadOnlyList<string> seeds) => seeds.Select(text =>
        TryParse(text, out var seed) ? seed : throw new ArgumentException($"'{text}' is no seed.", nameof(seeds)));

    private static bool TryParse(string text, [NotNullWhen(true)] out Seed? seed)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var isAddress = Uri.TryCreate(text[(equals + 1)..], UriKind.Absolute, out var address) && Address.IsHttp(address);
        var isNamed = equals < 0 || Core.Membership.NodeId.IsValid(text[..equals]);
        seed = isAddress && isNamed ? new Seed(equals < 0 ? address!.Authority : text[..equals], address!) : null;
        return seed is not null;
    }
}
