namespace DaprDynamo.Simulation.Disks;

/// <summary>A change that waits to be written, and to be acknowledged when it is.</summary>
internal abstract class PendingChange
{
    /// <summary>Writes it to the disk.</summary>
    internal abstract void Apply();

    /// <summary>Tells who asked for it what came of it.</summary>
    internal abstract void Acknowledge();
}

/// <inheritdoc/>
internal sealed class PendingChange<T>(Func<ValueTask<T>> apply) : PendingChange
{
    // Completed only by events of the store's process, so what waits for it goes on within it.
    private readonly TaskCompletionSource<T> _done = new();
    private Task<T>? _applied;

    internal Task<T> Done => _done.Task;

    internal override void Apply() => _applied = apply().AsTask();

    internal override void Acknowledge() => _done.TrySetFromTask(_applied!);

    internal void GiveUp(CancellationToken token) => _done.TrySetCanceled(token);
}
