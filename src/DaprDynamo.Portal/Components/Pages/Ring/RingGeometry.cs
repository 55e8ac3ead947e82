using System.Globalization;

namespace DaprDynamo.Portal.Components.Pages.Ring;

/// <summary>A run of partitions on the ring that one node keeps.</summary>
/// <param name="First">The first partition.</param>
/// <param name="Count">How many there are, 1 or more.</param>
/// <param name="NodeId">The node.</param>
public sealed record RingArc(int First, int Count, string NodeId);

/// <summary>A point of the picture.</summary>
public readonly record struct RingPoint(double X, double Y)
{
    /// <summary>The point as SVG writes it.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Math.Round(X, 2)} {Math.Round(Y, 2)}");
}

/// <summary>
/// Where things are in the picture of a ring: partition 0 begins at the top and they go round clockwise. Lengths are in units of the
/// picture, which is a square of <see cref="Size"/>.
/// </summary>
/// <param name="partitions">Q, 1 or more.</param>
public sealed class RingGeometry(int partitions)
{
    /// <summary>The picture's width and height.</summary>
    public const double Size = 720;

    /// <summary>The picture's middle.</summary>
    public const double Centre = Size / 2;

    // An arc of 360 degrees begins where it ends, and SVG draws nothing.
    private const double FullTurn = (2 * Math.PI) - 1e-4;

    /// <summary>Q.</summary>
    public int Partitions => partitions;

    /// <summary>The runs of partitions whose keeper in a place of the preference list is the same.</summary>
    /// <param name="preferenceLists">For each partition its members, the primary first.</param>
    /// <param name="place">0 for primaries, 1 for the members after them, and so on.</param>
    public static IReadOnlyList<RingArc> ArcsOf(IReadOnlyList<IReadOnlyList<string>> preferenceLists, int place)
    {
        ArgumentNullException.ThrowIfNull(preferenceLists);
        var arcs = new List<RingArc>();
        for (var partition = 0; partition < preferenceLists.Count; partition++)
        {
            if (place >= preferenceLists[partition].Count)
            {
                continue;
            }

            var nodeId = preferenceLists[partition][place];
            if (arcs.Count > 0 && arcs[^1] is var last && last.NodeId == nodeId && last.First + last.Count == partition)
            {
                arcs[^1] = last with { Count = last.Count + 1 };
            }
            else
            {
                arcs.Add(new RingArc(partition, 1, nodeId));
            }
        }

        return arcs;
    }

    /// <summary>The direction in which a partition begins, in radians clockwise from the top. Fractions are within a partition.</summary>
    public double AngleOf(double partition) => 2 * Math.PI * partition / partitions;

    /// <summary>The point in a direction at a distance from the middle.</summary>
    public static RingPoint At(double angle, double radius) => new(Centre + (radius * Math.Sin(angle)), Centre - (radius * Math.Cos(angle)));

    /// <summary>The outline of a run of partitions between two distances from the middle, as an SVG path.</summary>
    public string Band(RingArc arc, double inner, double outer)
    {
        ArgumentNullException.ThrowIfNull(arc);
        var from = AngleOf(arc.First);
        var to = from + Math.Min(AngleOf(arc.Count), FullTurn);
        var large = to - from > Math.PI ? 1 : 0;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"M{At(from, outer)}A{outer} {outer} 0 {large} 1 {At(to, outer)}L{At(to, inner)}A{inner} {inner} 0 {large} 0 {At(from, inner)}Z");
    }

    /// <summary>A bent line between two points, bowed towards the middle.</summary>
    public static string Link(RingPoint from, RingPoint to) => $"M{from}Q{BowOf(from, to)} {to}";

    /// <summary>A point on that line.</summary>
    /// <param name="from">Where the line begins.</param>
    /// <param name="to">Where it ends.</param>
    /// <param name="share">How far along it, 0 to 1.</param>
    public static RingPoint OnLink(RingPoint from, RingPoint to, double share)
    {
        var (bow, rest) = (BowOf(from, to), 1 - share);
        return new(
            (rest * rest * from.X) + (2 * share * rest * bow.X) + (share * share * to.X),
            (rest * rest * from.Y) + (2 * share * rest * bow.Y) + (share * share * to.Y));
    }

    /// <summary>The hashes that lie in a partition: the first and last, by their first 64 bits in hexadecimal.</summary>
    public (string First, string Last) HashesOf(int partition)
    {
        var width = (UInt128.One << 64) / (UInt128)partitions;
        var first = (UInt128)partition * width;
        return (Hex(first), Hex(first + width - 1));

        static string Hex(UInt128 hash) => ((ulong)hash).ToString("x16", CultureInfo.InvariantCulture);
    }

    private static RingPoint BowOf(RingPoint from, RingPoint to) => new(((from.X + to.X) / 4) + (Centre / 2), ((from.Y + to.Y) / 4) + (Centre / 2));

    /// <summary>Orders node-2 before node-10.</summary>
    internal static Comparer<string> ByNumber { get; } = Comparer<string>.Create(static (one, other) =>
        (one.Length, other.Length) is var (a, b) && a != b && one.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9') == other.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9')
            ? a.CompareTo(b)
            : string.CompareOrdinal(one, other));
}
