using System.Globalization;

namespace DaprDynamo.LocalCluster.Control;

/// <summary>Tells in one line how far a change of the cluster is.</summary>
internal static class ChangeProgress
{
    private const double Kibi = 1024;

    /// <summary>Describes it.</summary>
    /// <param name="what">What goes on.</param>
    /// <param name="node">Whose change it is.</param>
    /// <param name="nodes">All nodes: whoever takes over copies, which for a node that leaves are the others.</param>
    internal static string Describe(string what, LocalNodeResponse node, IReadOnlyList<LocalNodeResponse> nodes)
    {
        var transfers = nodes.Select(each => each.Transfer).OfType<Contracts.Admin.TransferResponse>().ToList();
        var (done, total) = (transfers.Sum(transfer => transfer.PartitionsDone), transfers.Sum(transfer => transfer.PartitionsTotal));
        if (done == total)
        {
            return $"{what}. {node.WaitsFor}".TrimEnd();
        }

        var sizeTotal = transfers.TrueForAll(transfer => transfer.SizeBytesTotal is not null)
            ? $" of {Size(transfers.Sum(transfer => transfer.SizeBytesTotal!.Value))}"
            : "";
        var left = transfers.Max(transfer => transfer.SecondsLeft) is { } seconds
            ? string.Create(CultureInfo.InvariantCulture, $", {Math.Ceiling(seconds):0} s left")
            : "";
        return $"{what}: {done} of {total} partitions, {Size(transfers.Sum(transfer => transfer.SizeBytesDone))}{sizeTotal}{left}.";
    }

    private static string Size(long bytes) => bytes switch
    {
        < 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes"),
        < 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / Kibi:0.0} KiB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / Kibi / Kibi:0.0} MiB"),
    };
}
