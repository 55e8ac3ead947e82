using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;
using DaprDynamo.Simulation.Clients;

namespace DaprDynamo.Simulation.Checkers;

/// <summary>A write whose dot is known, from its acknowledgement or because somebody saw it.</summary>
/// <param name="Entry">The operation.</param>
/// <param name="Dot">The write's name.</param>
/// <param name="Context">What the writer had seen.</param>
internal sealed record KnownWrite(HistoryEntry Entry, Dot Dot, VersionVector Context)
{
    internal Key Key => Entry.Key;

    internal bool Replaces(Dot dot) => dot != Dot && Context.Contains(dot);

    /// <inheritdoc/>
    public override string ToString() => $"write {Dot} {Entry}";
}

/// <summary>A delete that may have happened.</summary>
/// <param name="Entry">The operation.</param>
/// <param name="Context">What it deleted; null when only its coordinator ever knew.</param>
internal sealed record IssuedDelete(HistoryEntry Entry, VersionVector? Context)
{
    // A coordinator that was frozen between its read and its write still writes when it goes on.
    private static readonly TimeSpan FrozenMax = TimeSpan.FromSeconds(15);

    internal bool Covers(KnownWrite write) => Context is null
        ? write.Entry.InvokedAt <= Entry.InvokedAt + Entry.Timeout + FrozenMax
        : Context.Contains(write.Dot);

    /// <summary>What an operation deletes, if it may have deleted anything.</summary>
    internal static IssuedDelete? Of(HistoryEntry entry)
    {
        if (entry.Operation is not Cluster.Operations.DeleteKey || entry.IsCertainlyNotApplied)
        {
            return null;
        }

        var told = entry.Result is { Seen.IsEmpty: false } result ? result.Seen : null;
        return new(entry, entry.GivenContext ?? told);
    }
}
