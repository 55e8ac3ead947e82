namespace DaprDynamo.Core.Quorum;

/// <summary>How a request stands.</summary>
public enum QuorumVerdict
{
    /// <summary>Too few have answered, and enough can still do.</summary>
    Waiting,

    /// <summary>Enough have answered.</summary>
    Reached,

    /// <summary>So many have failed that enough can no longer answer.</summary>
    OutOfReach,
}
