namespace DaprDynamo.Portal.Access;

/// <summary>What users of the portal may do: the names of its authorization policies.</summary>
public static class Policies
{
    /// <summary>See everything.</summary>
    public const string Look = "look";

    /// <summary>Write keys, and have nodes join, leave or be taken out.</summary>
    public const string Change = "change";
}
