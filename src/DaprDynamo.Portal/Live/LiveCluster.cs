namespace DaprDynamo.Portal.Live;

/// <summary>Holds the latest snapshot of the cluster. Readers take it as it is; a version tells them whether there is a newer one.</summary>
public sealed class LiveCluster
{
    private readonly Lock _lock = new();
    private volatile State _state = new(ClusterSnapshot.Empty, 0);

    /// <summary>The latest snapshot.</summary>
    public ClusterSnapshot Current => _state.Snapshot;

    /// <summary>Grows with every new snapshot that shows anything new.</summary>
    public long Version => _state.Version;

    /// <summary>Replaces the snapshot; an equal one is no new one.</summary>
    /// <param name="change">Makes the next snapshot of the latest.</param>
    /// <param name="isNews">Whether the next snapshot, given second, shows anything that the latest does not; null when it surely does. Without news the version stays.</param>
    public void Change(Func<ClusterSnapshot, ClusterSnapshot> change, Func<ClusterSnapshot, ClusterSnapshot, bool>? isNews = null)
    {
        ArgumentNullException.ThrowIfNull(change);
        lock (_lock)
        {
            var (snapshot, version) = _state;
            var next = change(snapshot);
            if (!ReferenceEquals(next, snapshot))
            {
                _state = new(next, isNews is null || isNews(snapshot, next) ? version + 1 : version);
            }
        }
    }

    private sealed record State(ClusterSnapshot Snapshot, long Version);
}
