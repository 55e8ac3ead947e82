using DaprDynamo.Contracts.Admin;
using DaprDynamo.Portal.Nodes;
using DaprDynamo.Transport.Discovery;

namespace DaprDynamo.Portal.Live;

/// <summary>
/// Keeps the portal's picture of the cluster up to date: asks any node for the members and the ring, and follows every member. Nodes
/// know nothing of the portal; any number of portals may run.
/// </summary>
internal sealed class ClusterFeeds(
    PortalOptions options, NodeApi api, LiveCluster cluster, TraceLog traces, EventLog events, ActivityLog activity, TimeProvider time, ILogger<ClusterFeeds> logger)
    : BackgroundService
{
    private const string NotTakenIn = "What a node tells of the cluster could not be taken in; the portal's log tells why.";
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LookPause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan RetryEvery = TimeSpan.FromSeconds(1);

    // Nodes that start together with the portal are there by then.
    private static readonly TimeSpan SilenceLoggedAfter = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _somethingHappened = new(0, 1);
    private readonly Dictionary<string, (NodeFeed Feed, CancellationTokenSource Stop, Task Run)> _feeds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, EventCursor> _cursors = new(StringComparer.Ordinal);
    private readonly LastingTrouble _silence = new(SilenceLoggedAfter, time);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                var found = await TryLookAsync(stoppingToken);
                await _somethingHappened.WaitAsync(found ? LookEvery : RetryEvery, stoppingToken);
                await Task.Delay(LookPause, time, stoppingToken);
            }
        }
        finally
        {
            await Task.WhenAll(_feeds.Values.ToList().Select(EndAsync));
        }
    }

    public override void Dispose()
    {
        _somethingHappened.Dispose();
        base.Dispose();
    }

    /// <summary>Nothing that a node answers may end the portal, which is what an exception that leaves here would do.</summary>
    private async Task<bool> TryLookAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await LookAsync(cancellationToken);
        }
#pragma warning disable CA1031 // Logged, and tried again.
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            if (cluster.Current.Trouble != NotTakenIn)
            {
                // Once, as it is likely to be the same every time.
                logger.LogError(failure, "What was told of the cluster could not be taken in; the portal keeps asking");
            }

            cluster.Change(snapshot => snapshot.Trouble == NotTakenIn ? snapshot : snapshot with { Trouble = NotTakenIn });
            return false;
        }
#pragma warning restore CA1031
    }

    /// <returns>Whether a node that serves has told how the cluster stands.</returns>
    private async Task<bool> LookAsync(CancellationToken cancellationToken)
    {
        (NodeAddress Node, MembersResponse Members)? best = null;
        string? silence = null;
        foreach (var candidate in Candidates())
        {
            try
            {
                var members = await api.ReadMembersAsync(candidate, cancellationToken);
                best ??= (candidate, members);
                if (members.Trouble is null)
                {
                    best = (candidate, members);
                    break;
                }
            }
            catch (NodeException failure)
            {
                silence ??= failure.Message;
            }
        }

        if (best is not var (node, told))
        {
            Tell(silence ?? "There is no node to ask.");
            return false;
        }

        _silence.End();
        await FollowAsync(told.Members, cancellationToken);
        var ring = await ReadRingAsync(node, told, cancellationToken);
        cluster.Change(snapshot => IsKnown(snapshot, told) && ReferenceEquals(snapshot.Ring, ring)
            ? snapshot
            : snapshot with { Members = told, Ring = ring, Trouble = told.Trouble });
        return told.Trouble is null;
    }

    /// <summary>Whether this is what was known: nothing is drawn or told anew for it.</summary>
    private static bool IsKnown(ClusterSnapshot snapshot, MembersResponse told) =>
        snapshot.Members is { } known && known.Members.SequenceEqual(told.Members) && known with { Members = told.Members } == told && snapshot.Trouble == told.Trouble;

    private void Tell(string trouble)
    {
        if (_silence.IsToBeTold())
        {
            logger.LogWarning("No node can be asked for the members of the cluster. {Trouble}", trouble);
        }

        cluster.Change(snapshot => snapshot.Trouble == trouble ? snapshot : snapshot with { Trouble = trouble });
    }

    /// <summary>Whom to ask: nodes that answer, then the ones the settings name, then whoever else was known.</summary>
    private IEnumerable<NodeAddress> Candidates()
    {
        var current = cluster.Current;
        var named = options.NodesInEffect.Select(text => SeedList.TryParse(text, out var seed) ? new NodeAddress(seed.Name, seed.Address) : null).OfType<NodeAddress>();
        return current.Reachable.Concat(named).Concat(current.Nodes.Values.Select(node => node.Address)).DistinctBy(node => node.Uri);
    }

    private async Task<RingResponse?> ReadRingAsync(NodeAddress node, MembersResponse members, CancellationToken cancellationToken)
    {
        var (known, knownOf) = (cluster.Current.Ring, cluster.Current.Members);
        if (known is not null && (knownOf?.ViewDigest, known.Epoch) == (members.ViewDigest, members.Epoch))
        {
            return known;
        }

        try
        {
            return await api.ReadRingAsync(node, key: null, cancellationToken);
        }
        catch (NodeException)
        {
            return known;
        }
    }

    private async Task FollowAsync(IEnumerable<MemberResponse> members, CancellationToken cancellationToken)
    {
        var present = members.Where(member => !member.IsRemoved && member.State != "Left")
            .ToDictionary(member => member.NodeId, member => new NodeAddress(member.NodeId, new Uri(member.Address)), StringComparer.Ordinal);
        foreach (var (nodeId, feed) in _feeds.Where(feed => present.GetValueOrDefault(feed.Key) != feed.Value.Feed.Node).ToList())
        {
            _feeds.Remove(nodeId);
            await EndAsync(feed);
        }

        cluster.Change(snapshot =>
        {
            var gone = snapshot.Nodes.Keys.Where(nodeId => !present.ContainsKey(nodeId)).ToList();
            var come = present.Where(node => snapshot.Nodes.GetValueOrDefault(node.Key)?.Address != node.Value)
                .Select(node => KeyValuePair.Create(node.Key, new NodeSnapshot(node.Value, FeedState.Connecting, time.GetUtcNow()))).ToList();
            return gone.Count + come.Count == 0 ? snapshot : snapshot with { Nodes = snapshot.Nodes.RemoveRange(gone).SetItems(come) };
        });
        foreach (var (nodeId, address) in present.Where(node => !_feeds.ContainsKey(node.Key)))
        {
            var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var cursor = _cursors.TryGetValue(nodeId, out var known) ? known : _cursors[nodeId] = new EventCursor();
            var feed = new NodeFeed(address, cursor, api, cluster, traces, events, activity, Wake, time, logger);
            _feeds[nodeId] = (feed, stop, feed.RunAsync(stop.Token));
        }
    }

    private void Wake()
    {
        // Many wake it and it needs to be told once; a lost race for that is told already.
        if (_somethingHappened.CurrentCount == 0)
        {
            try
            {
                _somethingHappened.Release();
            }
            catch (SemaphoreFullException)
            {
                // Another was quicker.
            }
        }
    }

    private static async Task EndAsync((NodeFeed Feed, CancellationTokenSource Stop, Task Run) feed)
    {
        await feed.Stop.CancelAsync();
        try
        {
            await feed.Run;
        }
        catch (OperationCanceledException)
        {
            // As asked.
        }

        feed.Stop.Dispose();
        feed.Feed.Dispose();
    }
}
