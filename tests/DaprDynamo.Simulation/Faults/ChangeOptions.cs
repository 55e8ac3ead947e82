using System.Globalization;

namespace DaprDynamo.Simulation.Faults;

/// <summary>The kinds of changes of the ring.</summary>
internal enum ChangeKind
{
    /// <summary>A new machine joins.</summary>
    Join,

    /// <summary>Two new machines join at the same moment.</summary>
    JoinTwo,

    /// <summary>A member leaves in good order.</summary>
    Leave,

    /// <summary>A member dies for good and is removed.</summary>
    Remove,

    /// <summary>A member dies for good and a new machine takes its place.</summary>
    Replace,

    /// <summary>The members make their loads even.</summary>
    Rebalance,
}

/// <summary>Which changes of the ring a run has, and how often. Drawn once a run.</summary>
/// <param name="Kinds">Those that may happen.</param>
/// <param name="Interval">How long it takes from one to the next, on the mean.</param>
/// <param name="CountMax">How many there are at most.</param>
internal sealed record ChangeOptions(IReadOnlyList<ChangeKind> Kinds, TimeSpan Interval, int CountMax)
{
    internal static readonly ChangeOptions None = new([], TimeSpan.FromSeconds(1), 0);

    /// <summary>How often at most a member that takes part in a change crashes at one of its steps: see <see cref="StepCrashes"/>.</summary>
    internal int CrashesAtSteps { get; init; }

    /// <summary>How many members the cluster keeps when others leave; null for as many as a key has replicas.</summary>
    internal int? MembersMin { get; init; }

    /// <inheritdoc/>
    public override string ToString() =>
        $"ChangeOptions {{ {CountMax}, every {Interval}: {string.Join(", ", Kinds)}; {CrashesAtSteps} crashes at steps; {MembersMin?.ToString(CultureInfo.InvariantCulture) ?? "N"} members at least }}";
}
