namespace DaprDynamo.Cluster.Membership;

/// <summary>
/// Which views of the ring the node's own requests still go by. A step of a change is safe to build on only when no request
/// anywhere goes by a view from before it.
/// </summary>
internal sealed class ViewsInUse(IMembership membership)
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<ulong, int> _requests = [];

    /// <summary>The oldest epoch that a request of this node goes by, or that a new one would.</summary>
    internal ulong SettledEpoch
    {
        get
        {
            lock (_lock)
            {
                var current = membership.Current.Epoch;
                return _requests.Count > 0 ? Math.Min(_requests.First().Key, current) : current;
            }
        }
    }

    /// <summary>Takes the present view for one request; to be disposed of when the client has its answer.</summary>
    internal Use Enter()
    {
        lock (_lock)
        {
            var view = membership.Current;
            _requests[view.Epoch] = _requests.GetValueOrDefault(view.Epoch) + 1;
            return new Use(this, view);
        }
    }

    private void Leave(ulong epoch)
    {
        lock (_lock)
        {
            if (--_requests[epoch] == 0)
            {
                _requests.Remove(epoch);
            }
        }
    }

    /// <summary>A view while a request goes by it.</summary>
    internal readonly struct Use(ViewsInUse views, ClusterView view) : IDisposable
    {
        internal ClusterView View => view;

        public void Dispose() => views.Leave(view.Epoch);
    }
}
