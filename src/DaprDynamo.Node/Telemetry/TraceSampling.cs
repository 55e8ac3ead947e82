using System.Diagnostics;
using System.Numerics;

namespace DaprDynamo.Node.Telemetry;

/// <summary>
/// Decides which of the ordinary requests are told: those whose trace id, hashed, falls into a share. The share is halved as long as more
/// come than are to be told, and of two shares the smaller lies within the larger, so that nodes under like load keep the same requests:
/// a request that one node passed on to another is told by both or by neither.
/// </summary>
internal sealed class TraceSampling(TimeProvider time, int keptASecond)
{
    private const int HalvingsMax = 24;

    // A share found too large is halved at once, so that a burst keeps a few times as many; more than that only ids that are no ids do.
    private const int BurstMax = 5;

    private readonly Lock _lock = new();
    private long _second;
    private long _come;
    private int _kept;
    private volatile int _halvings;

    /// <summary>Whether a trace falls into the share as it is now.</summary>
    internal bool IsInShare(ActivityTraceId traceId) => BitOperations.TrailingZeroCount(HashOf(traceId)) >= _halvings;

    /// <summary>Counts an ordinary request.</summary>
    /// <returns>Whether it is to be told.</returns>
    internal bool Keeps(ActivityTraceId traceId)
    {
        lock (_lock)
        {
            Turn(time.GetTimestamp() / time.TimestampFrequency);
            _come++;
            if (!IsInShare(traceId) || _kept >= keptASecond * BurstMax)
            {
                return false;
            }

            _kept++;
            if (_kept % keptASecond == 0 && _halvings < HalvingsMax)
            {
                _halvings++;
            }

            return true;
        }
    }

    private void Turn(long second)
    {
        if (second == _second)
        {
            return;
        }

        // As many as came in the second before are to be expected; after a pause, nothing is known.
        var expected = second == _second + 1 ? _come : 0;
        _halvings = expected <= keptASecond ? 0 : Math.Min(HalvingsMax, BitOperations.Log2((ulong)((expected - 1) / keptASecond)) + 1);
        (_second, _come, _kept) = (second, 0, 0);
    }

    /// <summary>The same at every node, and even where clients count their trace ids up.</summary>
    private static ulong HashOf(ActivityTraceId traceId)
    {
        Span<byte> bytes = stackalloc byte[16];
        traceId.CopyTo(bytes);
        var hash = BitConverter.ToUInt64(bytes) ^ BitOperations.RotateLeft(BitConverter.ToUInt64(bytes[8..]), 32);

        // The finalizer of SplitMix64: every bit of the id has a say in every bit of the hash.
        hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9;
        hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EB;
        return hash ^ (hash >> 31);
    }
}
