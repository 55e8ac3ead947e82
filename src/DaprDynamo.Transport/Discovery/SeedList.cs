using System.Diagnostics.CodeAnalysis;
using DaprDynamo.Cluster.Membership;
using DaprDynamo.Core.Membership;
using DaprDynamo.Transport.Dapr;

namespace DaprDynamo.Transport.Discovery;

/// <summary>
/// A list of seeds as an operator writes it: <c>http://host:port</c>, <c>id=http://host:port</c>, or through Dapr just the
/// app id. The list may be the same on every node: the one that stands first in it forms the cluster when there is none.
/// </summary>
public static class SeedList
{
    /// <summary>Makes the discovery of a node that has the list.</summary>
    /// <param name="seeds">The list, without problems.</param>
    /// <param name="selfId">The node's id.</param>
    /// <param name="ownAddress">The node's address.</param>
    /// <exception cref="ArgumentException">The list has a problem.</exception>
    public static FixedSeeds Read(IReadOnlyList<string> seeds, string selfId, Uri ownAddress)
    {
        ArgumentNullException.ThrowIfNull(seeds);
        var all = seeds.Select(text => TryParse(text, out var seed) ? seed : throw new ArgumentException($"'{text}' is no seed.", nameof(seeds))).ToList();
        var others = all.Where(seed => !IsSelf(seed)).ToList();
        return new FixedSeeds(others, all.Count == 0 || IsSelf(all[0]) ? null : $"{all[0].Name} stands first in the list of seeds and is to form it.");

        bool IsSelf(Seed seed) => seed.Name == selfId || seed.Address == ownAddress;
    }

    /// <summary>What is wrong with a list, a sentence each.</summary>
    /// <param name="seeds">The list.</param>
    /// <param name="throughDapr">Whether the nodes reach each other by their app ids, or by addresses.</param>
    public static IEnumerable<string> ProblemsOf(IReadOnlyList<string> seeds, bool throughDapr)
    {
        ArgumentNullException.ThrowIfNull(seeds);
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var text in seeds)
        {
            if (!TryParse(text, out var seed) || IsAppId(text) != throughDapr)
            {
                yield return throughDapr
                    ? $"'{text}' is no app id: through Dapr, seeds are the ids of nodes"
                    : $"'{text}' is not of the form http://host:port or id=http://host:port";
            }
            else if (!names.Add(seed.Name))
            {
                yield return $"'{seed.Name}' stands in the list twice";
            }
        }
    }

    private static bool IsAppId(string text) => NodeId.IsValid(text);

    /// <summary>Reads one entry of a list; a settings file may hold null.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Seed? seed)
    {
        text ??= "";
        if (IsAppId(text))
        {
            seed = new Seed(text, InvocationHandler.AddressOf(text));
            return true;
        }

        var equals = text.IndexOf('=', StringComparison.Ordinal);
        var isAddress = Uri.TryCreate(text[(equals + 1)..], UriKind.Absolute, out var address)
            && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps);
        var isNamed = equals < 0 || NodeId.IsValid(text[..equals]);
        seed = isAddress && isNamed ? new Seed(equals < 0 ? address!.Authority : text[..equals], address!) : null;
        return seed is not null;
    }
}
