using DaprDynamo.Cluster;
using DaprDynamo.Contracts.Admin;
using DaprDynamo.Core.Ring;
using DaprDynamo.Node.Hosting;

namespace DaprDynamo.Node.Admin;

/// <summary>Lists keys of the whole cluster, a page at a time.</summary>
internal sealed class KeysReport(RunningNode running, NodeOptions options, TimeProvider time)
{
    /// <summary>How many keys a page has when nobody says.</summary>
    internal const int LimitDefault = 50;

    /// <exception cref="OperationCanceledException">Whoever asked has gone.</exception>
    internal async Task<KeysResponse> ReadAsync(Key? prefix, Key? after, int limit, CancellationToken cancellationToken)
    {
        var deadline = Deadline.After(TimeSpan.FromMilliseconds(options.RequestTimeoutMs), time);
        var page = await running.Node.ListKeysAsync(prefix, after, limit, deadline, cancellationToken);
        return new KeysResponse
        {
            Keys = [.. page.Keys.Select(listed => new ListedKeyResponse(
                listed.Key.ToString(), listed.Siblings, listed.SizeBytes, DateTimeOffset.FromUnixTimeMilliseconds(listed.ChangedAtMs)))],
            Next = page.ContinueAfter?.ToString(),
            MissingPartitions = page.MissingPartitions,
        };
    }
}
