using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;

namespace DaprDynamo.Simulation.Checkers;

/// <summary>
/// What is read are exactly the maximal writes of its causal history: no sibling that another write in that history had
/// seen, and every write in it is a sibling unless such a write or a delete that was issued took its place. Holds of what
/// clients read and of what lies on disks.
/// </summary>
internal sealed class SiblingsAreMaximal : IChecker
{
    public IEnumerable<string> Check(CheckedRun run)
    {
        foreach (var entry in run.History.Where(entry => entry.IsAnsweredRead))
        {
            foreach (var violation in Check(run, entry.Key, entry.Result!.Versions, $"the answer to {entry}"))
            {
                yield return violation;
            }
        }

        foreach (var snapshot in run.Snapshots)
        {
            foreach (var node in snapshot.Nodes)
            {
                foreach (var (key, record) in node.Records)
                {
                    foreach (var violation in Check(run, key, record, $"{node.NodeId}'s disk {snapshot.Moment}"))
                    {
                        yield return violation;
                    }
                }
            }
        }
    }

    private static IEnumerable<string> Check(CheckedRun run, Key key, DottedVersionVectorSet versions, string where)
    {
        var history = run.Writes[key];
        foreach (var write in history.Writes.Where(write => versions.Context.Contains(write.Dot)))
        {
            var replacement = history.Writes.FirstOrDefault(other => other.Replaces(write.Dot) && versions.Context.Contains(other.Dot));
            var isSibling = versions.Siblings.Any(sibling => sibling.Dot == write.Dot);
            if (isSibling && replacement is not null)
            {
                yield return $"key '{key}': {where} still has {write}, though it knows of {replacement}; it is {versions}.";
            }
            else if (!isSibling && replacement is null && !history.IsDeleted(write))
            {
                yield return $"key '{key}': {where} knows of {write} and lacks its value, though nothing replaced it; it is {versions}.";
            }
        }
    }
}
