using System.Collections.Immutable;
using System.Diagnostics;
using DaprDynamo.LocalCluster.Control;
using DaprDynamo.ServiceDefaults.Startup;
using Microsoft.AspNetCore.Http;

namespace DaprDynamo.LocalCluster.Nodes;

/// <summary>The nodes that run in this process. They come and go while it runs.</summary>
internal sealed class LocalNodes(LocalClusterOptions options) : IAsyncDisposable
{
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private volatile ImmutableList<LocalNode> _running = [];
    private ClusterFolder? _folder;
    private volatile bool _isReady;

    /// <summary>The nodes that run, the oldest first.</summary>
    internal IReadOnlyList<LocalNode> Running => _running;

    /// <summary>The number that the next node will have; null when there are as many as there can be.</summary>
    internal int? NextNumber
    {
        get
        {
            var taken = (_folder?.Nodes ?? []).Select(node => node.Number).ToHashSet();
            return Enumerable.Range(1, LocalClusterOptions.NodesMax).Where(number => !taken.Contains(number)).Select(number => (int?)number).FirstOrDefault();
        }
    }

    /// <summary>Starts the nodes that the folder remembers, or the first ones of a new cluster, and waits until they serve.</summary>
    /// <exception cref="StartupFailureException">They could not be started for a reason that can be mended.</exception>
    internal async Task StartAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var folder = _folder = ClusterFolder.Open(options);
            var first = folder.Nodes[0];

            // Of a new cluster the first node forms it, and the others find it there. Of one that was before, the first starts
            // last: had it lost its data it would form another cluster before the others can tell it of theirs. Any node may be
            // reached at a port other than before, so that each must be told of all others.
            var seeds = folder.IsNew ? [first] : folder.Nodes;
            var others = folder.Nodes.Skip(1);
            foreach (var entry in folder.IsNew ? [first, .. others] : others.Append(first))
            {
                _running = _running.Add(await LocalNode.StartAsync(options, entry, seeds, cancellationToken));
            }

            _running = [.. _running.OrderBy(node => folder.Nodes.Index().First(known => known.Item == node.Entry).Index)];
            await WhenReadyAsync(cancellationToken);
            _isReady = true;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Starts the next node, which joins by itself.</summary>
    /// <returns>The node, or why there is none.</returns>
    internal async Task<(LocalNode? Node, Refusal? Refusal)> AddAsync(string? zone, CancellationToken cancellationToken)
    {
        if (!_isReady)
        {
            return (null, StillStarting);
        }

        await _turn.WaitAsync(cancellationToken);
        try
        {
            var before = _folder!.Nodes;
            if (NextNumber is not { } number)
            {
                return (null, Conflict($"A local cluster has at most {LocalClusterOptions.NodesMax} nodes."));
            }

            // Written down first: a node that has joined must never be forgotten.
            var entry = new NodeEntry(number, zone);
            _folder.Write([.. before, entry]);
            try
            {
                var node = await LocalNode.StartAsync(options, entry, before, cancellationToken);
                _running = _running.Add(node);
                return (node, null);
            }
            catch
            {
                _folder.Write(before);
                throw;
            }
        }
        catch (Exception failure) when (failure is StartupFailureException or IOException or UnauthorizedAccessException)
        {
            return (null, Conflict(failure.Message));
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Has a node leave the cluster; see <see cref="Departures"/> for what follows.</summary>
    /// <returns>Why it cannot; null when it has begun.</returns>
    internal async Task<Refusal?> LeaveAsync(string id, CancellationToken cancellationToken)
    {
        if (!_isReady)
        {
            return StillStarting;
        }

        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_running.Find(node => node.Id == id) is not { } leaver)
            {
                return new Refusal(StatusCodes.Status404NotFound, $"There is no node {id}. There are {string.Join(", ", _running.Select(node => node.Id))}.");
            }

            if (_running.All(node => node == leaver || node.IsDismissed))
            {
                return Conflict("The last node cannot leave: nobody is left to take over.");
            }

            // One that others took out has nothing left to hand over.
            var report = new NodeReport(leaver, await leaver.ReadMembersAsync(cancellationToken));
            if (report.State != LocalNodeStates.Removed && await leaver.LeaveAsync(cancellationToken) is { } objection)
            {
                return Conflict(objection);
            }

            leaver.IsDismissed = true;
            return null;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Stops a node that belongs to the cluster no more, and forgets it and its data.</summary>
    /// <exception cref="IOException">A file or folder cannot be written or deleted.</exception>
    /// <exception cref="UnauthorizedAccessException">A file or folder must not be written or deleted.</exception>
    internal async Task ForgetAsync(LocalNode node, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            await node.DisposeAsync();
            _folder!.Write([.. _folder.Nodes.Where(known => known.Number != node.Entry.Number)]);
            if (node.Folder is { } folder && Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
        finally
        {
            // Last: whoever waits for it to be gone finds its data gone too.
            _running = _running.Remove(node);
            _turn.Release();
        }
    }

    /// <summary>Asks all nodes how they stand.</summary>
    internal async Task<IReadOnlyList<NodeReport>> ReadAsync(CancellationToken cancellationToken)
    {
        var reports = await Task.WhenAll(_running.Select(async node => new NodeReport(node, await node.ReadMembersAsync(cancellationToken))));
        foreach (var report in reports.Where(report => report.State is LocalNodeStates.Ready or LocalNodeStates.Leaving))
        {
            report.Node.HasBeenMember = true;
        }

        return reports;
    }

    public async ValueTask DisposeAsync()
    {
        _isReady = false;
        await _turn.WaitAsync();
        await Task.WhenAll(_running.Select(node => node.DisposeAsync().AsTask()));
        _running = [];
        _turn.Dispose();
    }

    private async Task WhenReadyAsync(CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            // What was leaving when the cluster stopped goes on doing so, and what was taken out stays out.
            var waiting = (await ReadAsync(cancellationToken))
                .Where(report => !report.IsReady && !(report.State is LocalNodeStates.Leaving or LocalNodeStates.Removed) && !HasJustLeft(report))
                .ToList();
            if (waiting.Count == 0)
            {
                return;
            }

            if (Stopwatch.GetElapsedTime(started) > ReadyLimit)
            {
                var reasons = waiting.Select(report => $"{report.Node.Id} is {report.State}. {report.WaitsFor}".TrimEnd());
                throw new StartupFailureException($"The cluster is not ready after {ReadyLimit.TotalSeconds:0} s. {string.Join(' ', reasons)}");
            }

            await Task.Delay(LookEvery, cancellationToken);
        }
    }

    private static bool HasJustLeft(NodeReport report) => report is { State: LocalNodeStates.Left, Node.HasBeenMember: true };

    private static Refusal StillStarting => Conflict("The cluster is still starting.");

    private static Refusal Conflict(string sentence) => new(StatusCodes.Status409Conflict, sentence);
}
