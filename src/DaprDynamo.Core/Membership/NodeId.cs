namespace DaprDynamo.Core.Membership;

/// <summary>What a node may be called. The id doubles as the node's Dapr app-id and as a host label, hence the letters.</summary>
public static class NodeId
{
    /// <summary>The longest id, in characters: a DNS label (RFC 1035, section 2.3.4).</summary>
    public const int LengthMax = 63;

    /// <summary>Whether the id is 1 to 63 lower-case letters, digits and inner hyphens.</summary>
    public static bool IsValid(string? id) =>
        id is { Length: > 0 and <= LengthMax } && id[0] != '-' && id[^1] != '-'
        && id.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-');
}
