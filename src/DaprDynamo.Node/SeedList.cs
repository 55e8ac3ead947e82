using System.Diagnostics.CodeAnalysis;
using DaprDynamo.Cluster.Membership;

namespace DaprDynamo.Node;

/// <summary>Reads the member list of <see cref="NodeOptions.Seeds"/>: <c>id=address</c> or <c>id@zone=address</c>.</summary>
internal static class SeedList
{
    /// <summary>The members in the list. A cluster of one has no list: it is then the node itself, at the address it listens on.</summary>
    internal static IReadOnlyList<FixedMember> Members(NodeOptions options, Uri ownAddress) =>
        options.Seeds.Count == 0
            ? [new FixedMember(options.NodeId, ownAddress, options.Zone)]
            : [.. options.Seeds.Select(seed => TryParse(seed, options.Zone, out var member)
                ? member
                : throw new ArgumentException($"'{seed}' is no member.", nameof(options)))];

    /// <summary>What is wrong with the list, a sentence each.</summary>
    internal static IEnumerable<string> ProblemsOf(IReadOnlyList<string> seeds, string selfId)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var seed in seeds)
        {
            if (!TryParse(seed, zoneFallback: "", out var member))
            {
                yield return $"'{seed}' is not of the form id=http://host:port";
            }
            else if (!ids.Add(member.NodeId))
            {
                yield return $"'{member.NodeId}' stands in the list twice";
            }
        }

        if (seeds.Count > 0 && !ids.Contains(selfId))
        {
            yield return $"the list lacks the node itself, '{selfId}'";
        }
    }

    private static bool TryParse(string seed, string zoneFallback, [NotNullWhen(true)] out FixedMember? member)
    {
        member = null;
        var equals = seed.IndexOf('=', StringComparison.Ordinal);
        if (equals < 0 || !Uri.TryCreate(seed[(equals + 1)..], UriKind.Absolute, out var address)
            || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps))
        {
            return false;
        }

        var name = seed[..equals].Split('@');
        if (name.Length > 2 || !Core.Membership.NodeId.IsValid(name[0]) || (name.Length == 2 && name[1].Length == 0))
        {
            return false;
        }

        member = new FixedMember(name[0], address, name.Length == 2 ? name[1] : zoneFallback);
        return true;
    }
}
