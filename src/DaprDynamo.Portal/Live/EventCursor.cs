namespace DaprDynamo.Portal.Live;

/// <summary>How far the portal has read what a node tells. It outlives the feed that reads: a new one goes on where the last one stopped.</summary>
internal sealed class EventCursor
{
    /// <summary>The node's life that was read; empty for none.</summary>
    internal string Session { get; set; } = "";

    /// <summary>The sequence of the last event that was read or missed; 0 for none.</summary>
    internal long After { get; set; }
}
