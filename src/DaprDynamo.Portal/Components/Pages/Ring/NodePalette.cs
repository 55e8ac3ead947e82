using System.Globalization;

namespace DaprDynamo.Portal.Components.Pages.Ring;

/// <summary>
/// Gives every node a hue that stays the same as others come and go. Ids that end in a number get hues a golden angle apart, so that
/// neighbours in number differ most; other ids get a number by a hash.
/// </summary>
public static class NodePalette
{
    /// <summary>So many nodes are told apart by hue and name alone.</summary>
    public const int CrowdMin = 13;

    /// <summary>How many textures there are. Hues next to each other belong to numbers 13, 21, 34 or 55 apart: no multiples of it.</summary>
    public const int Textures = 4;

    private const double GoldenAngleDegrees = 137.508;
    private const double FirstHueDegrees = 25;

    /// <summary>The node's hue on the colour wheel, 0 to 360 degrees.</summary>
    public static double HueDegreesOf(string nodeId)
    {
        ArgumentNullException.ThrowIfNull(nodeId);
        return Math.Round((FirstHueDegrees + (NumberOf(nodeId) * GoldenAngleDegrees)) % 360, 1);
    }

    /// <summary>The hue as a style that components put on an element: <c>--hue: 25</c>.</summary>
    public static string StyleOf(string nodeId) => string.Create(CultureInfo.InvariantCulture, $"--hue: {HueDegreesOf(nodeId)}");

    /// <summary>
    /// Which of <see cref="Textures"/> goes with the hue in a crowd, 0 for none: nodes whose hues are next to each other have different
    /// ones, as long as there are not many more than a hundred.
    /// </summary>
    public static int TextureOf(string nodeId)
    {
        ArgumentNullException.ThrowIfNull(nodeId);
        return (int)(NumberOf(nodeId) % Textures);
    }

    /// <summary>A name short enough for a picture: the id's number, or its first letters.</summary>
    public static string ShortNameOf(string nodeId)
    {
        ArgumentNullException.ThrowIfNull(nodeId);
        var digits = TrailingDigits(nodeId);
        return digits.Length is > 0 and <= 3 ? digits : nodeId[..Math.Min(2, nodeId.Length)];
    }

    private static uint NumberOf(string nodeId)
    {
        if (uint.TryParse(TrailingDigits(nodeId), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number < 10_000)
        {
            return number;
        }

        // FNV-1a: the same in every process, unlike the runtime's own.
        return nodeId.Aggregate(2166136261u, (hash, letter) => (hash ^ letter) * 16777619u) % 10_000;
    }

    private static string TrailingDigits(string nodeId)
    {
        var start = nodeId.Length;
        while (start > 0 && char.IsAsciiDigit(nodeId[start - 1]))
        {
            start--;
        }

        return nodeId[start..];
    }
}
