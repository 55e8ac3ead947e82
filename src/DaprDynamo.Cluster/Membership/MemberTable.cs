using DaprDynamo.Cluster.Storing;
using DaprDynamo.Core.Membership;
using Microsoft.Extensions.Logging;

namespace DaprDynamo.Cluster.Membership;

/// <summary>
/// The node's own copy of the member records, and the only place where it changes. What the node says of itself is on disk
/// before anybody hears of it: after a restart it never says less.
/// </summary>
internal sealed class MemberTable : IMembership
{
    private readonly IRecordStore _store;
    private readonly ILogger _logger;
    private readonly Turns _turns = new();
    private volatile ClusterView _current;
    private volatile ClusterView _kept;

    private MemberTable(MembershipOptions options, IRecordStore store, ILogger logger, Signal changed, string? formation, ClusterView current)
    {
        (Options, _store, _logger, Changed, Formation, _current, _kept) = (options, store, logger, changed, formation, current, current);
    }

    internal MembershipOptions Options { get; }

    /// <summary>Raised when the view has changed.</summary>
    internal Signal Changed { get; }

    /// <summary>Tells this cluster from all others ever formed; null while the node belongs to none.</summary>
    internal string? Formation { get; private set; }

    /// <summary>Whether the node, having left, may join anew: it was started since, and holds nothing from before.</summary>
    internal bool MayReturn { get; set; }

    /// <inheritdoc/>
    public string SelfId => Options.NodeId;

    /// <inheritdoc/>
    public ClusterView Current => _current;

    /// <summary>The epoch of the view that is on disk.</summary>
    internal ulong KeptEpoch => _kept.Epoch;

    /// <summary>The node's own record; null while it belongs to no cluster.</summary>
    internal MemberRecord? Own => _current.Members.GetValueOrDefault(SelfId);

    /// <summary>Reads what the node knew before its last end.</summary>
    /// <exception cref="StoreException">The store could not be read or written.</exception>
    internal static async Task<MemberTable> OpenAsync(MembershipOptions options, IRecordStore store, Signal changed, ILogger logger, CancellationToken cancellationToken)
    {
        var saved = await SavedMembership.ReadAsync(store, cancellationToken);
        var isGiven = saved is null && options.InitialMembers is not null;
        var (formation, members) = isGiven ? ("given", options.InitialMembers!) : saved is { } known ? (known.Formation, known.Members) : (null, []);
        var view = new ClusterView(options.Settings, members);
        var table = new MemberTable(options, store, logger, changed, formation, view)
        {
            MayReturn = view.Members.GetValueOrDefault(options.NodeId) is { State: MemberState.Left, IsRemoved: false },
        };
        if (isGiven)
        {
            await SavedMembership.WriteAsync(store, formation!, view.Members.Values);
        }

        if (table.Own is { IsRemoved: false } own && (own.Address != options.Address || own.Zone != options.Zone))
        {
            // The zone stays: replicas lie by it. A member that moves leaves and joins.
            await table.ChangeAsync(_ => [own.Next() with { Address = options.Address }]);
        }

        if (table.Own is { State: MemberState.New } newcomer && newcomer.Replaces != options.Replaces)
        {
            await table.ChangeAsync(_ => [newcomer.Next() with { Replaces = options.Replaces }]);
        }

        return table;
    }

    /// <summary>Takes in records that others tell of.</summary>
    internal Task<bool> MergeAsync(IReadOnlyCollection<MemberRecord> records) => ChangeAsync(_ => records, mustBeKept: false);

    /// <summary>Belongs to a cluster from now on.</summary>
    /// <exception cref="StoreException">It could not be written down.</exception>
    internal Task<bool> AdoptAsync(string formation, IReadOnlyCollection<MemberRecord> records) => ChangeAsync(_ => records, formation: formation);

    /// <summary>Changes the node's own record, or one that the members write together. Judged and done in turn with all other changes.</summary>
    /// <returns>Whether anything changed.</returns>
    /// <exception cref="StoreException">It could not be written down, and nobody has heard of it.</exception>
    internal Task<bool> ChangeAsync(Func<ClusterView, IEnumerable<MemberRecord>> change) => ChangeAsync(change, mustBeKept: true);

    /// <summary>Writes down what could not be written down when it was heard.</summary>
    /// <exception cref="StoreException">Nor can it be now.</exception>
    internal Task KeepAsync() => ReferenceEquals(_kept, _current) ? Task.CompletedTask : _turns.TakeAsync(async () =>
    {
        var view = _current;
        await SavedMembership.WriteAsync(_store, Formation!, view.Members.Values);
        _kept = view;
        return true;
    });

    private async Task<bool> ChangeAsync(Func<ClusterView, IEnumerable<MemberRecord>> change, bool mustBeKept = true, string? formation = null)
    {
        var isChanged = await _turns.TakeAsync(async () =>
        {
            var view = _current.With(change(_current));
            if (ReferenceEquals(view, _current) && (formation is null || formation == Formation))
            {
                return false;
            }

            var named = formation ?? Formation ?? throw new InvalidOperationException("A node that belongs to no cluster knows no members.");
            try
            {
                await SavedMembership.WriteAsync(_store, named, view.Members.Values);
                _kept = view;
            }
            catch (StoreException failure) when (!mustBeKept)
            {
                _logger.LogWarning(failure, "The member list could not be written down; it is tried again");
            }

            (Formation, _current) = (named, view);
            return true;
        });
        if (isChanged)
        {
            Changed.Raise();
        }

        return isChanged;
    }
}
