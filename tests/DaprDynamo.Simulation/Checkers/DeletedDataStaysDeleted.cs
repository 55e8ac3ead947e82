namespace DaprDynamo.Simulation.Checkers;

/// <summary>
/// Deleted data does not return: once a cluster is at rest, and again long after tombstones may have been reaped and the
/// last late message has arrived, nothing that an acknowledged delete covers is a sibling or in a hint anywhere, and
/// nobody reads it.
/// </summary>
internal sealed class DeletedDataStaysDeleted : IChecker
{
    internal const string Auditor = "auditor";

    public IEnumerable<string> Check(CheckedRun run)
    {
        foreach (var entry in run.History.Where(entry => entry.IsAcknowledgedDelete))
        {
            var deleted = entry.GivenContext ?? entry.Result!.Seen;
            foreach (var seen in SeenAtRest(run).Where(seen => seen.Key == entry.Key && deleted.Contains(seen.Sibling.Dot)))
            {
                yield return $"key '{entry.Key}': {seen.Sibling.Dot} is back in {seen.Where}, though {entry} deleted {deleted}.";
            }
        }
    }

    private static IEnumerable<SeenSibling> SeenAtRest(CheckedRun run)
    {
        // What the auditor reads after the snapshots' moments; the clients' reads may have been too early to know. So may a sloppy
        // one of the auditor's be: two stand-ins may answer it, and a late hint may just have come to one of them.
        foreach (var entry in run.History.Where(entry => entry.Client == Auditor && entry.IsAnsweredRead && (run.IsStrict || entry.InvokedAt >= run.QuietSince)))
        {
            foreach (var sibling in entry.Result!.Versions.Siblings)
            {
                yield return new(entry.Key, sibling, $"the answer to {entry}");
            }
        }

        foreach (var seen in WriteIndex.Of([], run.Snapshots).Seen)
        {
            yield return seen;
        }
    }
}
