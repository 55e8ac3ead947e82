using DaprDynamo.Core.Versioning;

namespace DaprDynamo.Cluster.Operations;

/// <summary>
/// How much one key may hold. A client that writes again and again without having read makes a sibling each time; the
/// limit turns that into an error it can see before the record is too large to replicate.
/// </summary>
/// <param name="SiblingsMax">At most so many values, 1 or more.</param>
/// <param name="ValuesSizeBytesMax">At most so many bytes of values, in sum.</param>
public sealed record RecordLimits(int SiblingsMax, long ValuesSizeBytesMax)
{
    /// <summary>64 values or 8 MiB.</summary>
    public static readonly RecordLimits Default = new(SiblingsMax: 64, ValuesSizeBytesMax: 8 * 1024 * 1024);

    /// <summary>Whether a write may leave the record like this. One that leaves a single value always may.</summary>
    public bool Allow(DottedVersionVectorSet record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return record.Siblings.Length <= 1 || (record.Siblings.Length <= SiblingsMax && record.ValuesSizeBytes <= ValuesSizeBytesMax);
    }
}
