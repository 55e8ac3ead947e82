namespace DaprDynamo.Portal.Components.Pages.Ring;

/// <summary>
/// Where the nodes' discs are within the ring: on one circle in the order of their numbers, and on several, from the outermost inwards,
/// when there are so many that their names could not be read otherwise.
/// </summary>
public sealed class RingDiscs
{
    // What is drawn around a disc: its load, and how far it has come in copying.
    private const double Surround = 8;
    private const double OutermostEdge = 240;
    private const int OneCircleMax = 16;

    private static readonly double[] Radii = [24, 20, 17, 14, 11, 8, 6];

    private RingDiscs(double radius, IReadOnlyDictionary<string, RingPoint> places) => (Radius, Places) = (radius, places);

    /// <summary>How large each disc is.</summary>
    public double Radius { get; }

    /// <summary>The discs' middles by the nodes' ids.</summary>
    public IReadOnlyDictionary<string, RingPoint> Places { get; }

    /// <summary>Finds a place for each node.</summary>
    public static RingDiscs Of(IReadOnlyCollection<string> nodeIds)
    {
        ArgumentNullException.ThrowIfNull(nodeIds);
        (double Radius, IReadOnlyList<(double Radius, int Count)> Circles) spread = nodeIds.Count switch
        {
            0 or 1 => (28, [(0, 1)]),
            <= 8 => (28, [(150, nodeIds.Count)]),
            <= OneCircleMax => (20, [(170, nodeIds.Count)]),
            var count => Spread(count),
        };
        var points = spread.Circles.SelectMany(circle => Enumerable.Range(0, circle.Count).Select(place => RingGeometry.At(2 * Math.PI * place / circle.Count, circle.Radius)));
        return new(spread.Radius, nodeIds.Order(RingGeometry.ByNumber).Zip(points).ToDictionary(node => node.First, node => node.Second, StringComparer.Ordinal));
    }

    /// <summary>The largest discs of which so many have room, and how many are on each circle.</summary>
    private static (double Radius, IReadOnlyList<(double Radius, int Count)> Circles) Spread(int count)
    {
        foreach (var radius in Radii)
        {
            var width = 2 * (radius + Surround);
            var circles = new List<(double Radius, int Count)>();
            var left = count;
            for (var away = OutermostEdge - (width / 2); left > 0 && away > width / 2; away -= width)
            {
                circles.Add((away, Math.Min(left, (int)(2 * Math.PI * away / width))));
                left -= circles[^1].Count;
            }

            if (left == 0)
            {
                return (radius, circles);
            }
        }

        // More than can be told apart: on one circle they at least follow each other in order.
        return (Radii[^1], [(OutermostEdge - Radii[^1] - Surround, count)]);
    }
}
