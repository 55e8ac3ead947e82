using System.Buffers.Binary;
using DaprDynamo.Cluster.Storing;
using DaprDynamo.Core.Versioning;

namespace DaprDynamo.Cluster.Replication;

/// <summary>
/// Counts the epochs of this node's actors (see <see cref="Actor"/>). They are reserved on disk in blocks before any is
/// used, so that none is used twice after a crash and taking one costs nothing.
/// </summary>
internal sealed class EpochSource
{
    private const string MetadataName = "epochs-reserved";
    private const ulong BlockSize = 1 << 20;

    // More than the writes a node can have under way at once, so that a change never finds the block empty.
    private const ulong Reserve = 1 << 16;

    private readonly IRecordStore _store;
    private ulong _last;
    private ulong _reserved;
    private Task _reserving = Task.CompletedTask;
    private readonly Lock _lock = new();

    private EpochSource(IRecordStore store, ulong reserved) => (_store, _last, _reserved) = (store, reserved, reserved);

    internal static async Task<EpochSource> OpenAsync(IRecordStore store, CancellationToken cancellationToken)
    {
        var saved = await store.ReadMetadataAsync(MetadataName, cancellationToken);
        var source = new EpochSource(store, saved is null ? 0 : BinaryPrimitives.ReadUInt64LittleEndian(saved));
        await source.EnsureAvailableAsync();
        return source;
    }

    /// <summary>Completes when there are epochs to take for every write that can be under way.</summary>
    internal Task EnsureAvailableAsync()
    {
        lock (_lock)
        {
            if (_reserved - _last > Reserve)
            {
                return Task.CompletedTask;
            }

            return _reserving.IsCompleted ? _reserving = ReserveAsync() : _reserving;
        }
    }

    /// <summary>Takes the next epoch.</summary>
    internal ulong Take()
    {
        lock (_lock)
        {
            return _last < _reserved ? ++_last : throw new InvalidOperationException("No epochs are reserved.");
        }
    }

    private async Task ReserveAsync()
    {
        ulong target;
        lock (_lock)
        {
            target = _reserved + BlockSize;
        }

        var bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, target);
        await _store.WriteMetadataAsync(MetadataName, bytes, CancellationToken.None);
        lock (_lock)
        {
            _reserved = target;
        }
    }
}
