using DaprDynamo.LocalCluster.Control;

namespace DaprDynamo.LocalCluster.Nodes;

/// <summary>
/// Stops and forgets the nodes that have left the cluster, whoever made them leave: this process's control API, or a call of
/// the node's own admin API.
/// </summary>
internal sealed class Departures(LocalNodes nodes)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LookEveryWhileLeaving = TimeSpan.FromMilliseconds(100);

    /// <summary>Watches until it is cancelled.</summary>
    internal async Task RunAsync(CancellationToken stopping)
    {
        try
        {
            while (true)
            {
                var reports = await nodes.ReadAsync(stopping);
                foreach (var report in reports.Where(report => HasLeft(report, reports)))
                {
                    await ForgetAsync(report.Node, stopping);
                }

                var isLeaving = reports.Any(report => report.Node.IsDismissed || report.State is LocalNodeStates.Leaving or LocalNodeStates.Left);
                await Task.Delay(isLeaving ? LookEveryWhileLeaving : LookEvery, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The cluster stops.
        }
    }

    /// <summary>Whether nobody needs the node any more: all others must have heard that it has left, from itself.</summary>
    private static bool HasLeft(NodeReport leaver, IReadOnlyList<NodeReport> all) => leaver.State switch
    {
        LocalNodeStates.Removed => leaver.Node.IsDismissed,
        LocalNodeStates.Left => leaver is { Node.HasBeenMember: true, Members.ChangeWaitsFor: null }
            && all.Where(report => report != leaver).All(report => report.Of(leaver.Node.Id) is { State: LocalNodeStates.Left }),
        _ => false,
    };

    private async Task ForgetAsync(LocalNode node, CancellationToken stopping)
    {
        try
        {
            await nodes.ForgetAsync(node, stopping);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"{node.Id} has left, but what is on disk of it could not be taken away: {failure.Message}");
        }
    }
}
