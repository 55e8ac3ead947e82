namespace DaprDynamo.Core.Ring;

/// <summary>
/// Who owns each partition, as a scratch copy on which a change of tokens is worked out: members as numbers, in the order
/// of their ids, so that the same records always give the same plan.
/// </summary>
internal sealed class RingOwners
{
    private const int Nobody = -1;

    private readonly int _spread;
    private readonly int[] _zones;
    private readonly bool _zonesMatter;
    private readonly int[] _loads;
    private readonly int[] _owners;
    private readonly uint[] _claims;

    internal RingOwners(PartitionSpace space, int replicas, IEnumerable<RingMember> members)
    {
        Members = [.. members.OrderBy(member => member.NodeId, StringComparer.Ordinal)];
        _spread = replicas;
        _loads = new int[Members.Count];
        (_owners, _claims) = OwnersOf(space, Members);
        foreach (var owner in _owners.Where(owner => owner != Nobody))
        {
            _loads[owner]++;
        }

        var zoneNames = Members.Select(member => member.Zone).Distinct(StringComparer.Ordinal).ToList();
        _zones = [.. Members.Select(member => zoneNames.IndexOf(member.Zone))];
        _zonesMatter = zoneNames.Count > 1;
    }

    internal IReadOnlyList<RingMember> Members { get; }

    internal int Count => _owners.Length;

    internal int OwnerOf(int partition) => _owners[partition];

    internal int LoadOf(int member) => _loads[member];

    internal uint ClaimOf(int partition) => _claims[partition];

    internal int IndexOf(string nodeId)
    {
        for (var i = 0; i < Members.Count; i++)
        {
            if (Members[i].NodeId == nodeId)
            {
                return i;
            }
        }

        throw new ArgumentException($"'{nodeId}' is no member.", nameof(nodeId));
    }

    internal void Give(int partition, int member)
    {
        if (_owners[partition] != Nobody)
        {
            _loads[_owners[partition]]--;
        }

        _owners[partition] = member;
        _loads[member]++;
    }

    /// <summary>
    /// How badly a member fits at a partition: a replica list is the next N different owners, so an owner that stands
    /// twice within N partitions makes lists reach further and loads uneven. A zone that stands twice does less harm.
    /// </summary>
    internal int CrowdingOf(int partition, int member)
    {
        const int sameOwner = 1000;
        const int sameZone = 1;
        var crowding = 0;
        for (var distance = 1; distance < _spread; distance++)
        {
            foreach (var neighbour in (ReadOnlySpan<int>)[Wrap(partition + distance), Wrap(partition - distance)])
            {
                var owner = neighbour == partition ? Nobody : _owners[neighbour];
                if (owner == member)
                {
                    crowding += sameOwner;
                }
                else if (_zonesMatter && owner != Nobody && _zones[owner] == _zones[member])
                {
                    crowding += sameZone;
                }
            }
        }

        return crowding;
    }

    /// <summary>The tokens a member needs to own what it owns here: its own claims, and one above the old for what it takes over.</summary>
    internal RingMember WithTokens(int member)
    {
        var own = Members[member].Tokens.ToDictionary(token => token.Partition, token => token.Claim);
        return Members[member] with
        {
            Tokens =
            [
                .. Enumerable.Range(0, Count).Where(partition => _owners[partition] == member)
                    .Select(partition => new Token(partition, ClaimFor(own, partition))),
            ],
        };
    }

    private uint ClaimFor(Dictionary<int, uint> own, int partition) =>
        own.TryGetValue(partition, out var claim) && claim == _claims[partition] ? claim : _claims[partition] + 1;

    private int Wrap(int partition) => (partition + Count) % Count;

    /// <summary>Who owns each partition by the members' tokens, and with which claim; nobody anywhere when no one has a token.</summary>
    internal static (int[] Owners, uint[] Claims) OwnersOf(PartitionSpace space, IReadOnlyList<RingMember> members)
    {
        var owners = new int[space.Count];
        var claims = new uint[space.Count];
        Array.Fill(owners, Nobody);
        for (var member = 0; member < members.Count; member++)
        {
            foreach (var token in members[member].Tokens)
            {
                // Of equal claims the one of the lower id holds: members come in the order of their ids.
                if (owners[token.Partition] == Nobody || token.Claim > claims[token.Partition])
                {
                    (owners[token.Partition], claims[token.Partition]) = (member, token.Claim);
                }
            }
        }

        // An arc runs on until the next token: what nobody claims belongs to whose arc it lies in.
        var last = Array.FindLast(owners, owner => owner != Nobody) is var found && Array.Exists(owners, owner => owner != Nobody) ? found : Nobody;
        for (var partition = 0; partition < owners.Length && last != Nobody; partition++)
        {
            last = owners[partition] = owners[partition] == Nobody ? last : owners[partition];
        }

        return (owners, claims);
    }
}
