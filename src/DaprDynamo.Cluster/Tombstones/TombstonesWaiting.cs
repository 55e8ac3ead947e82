namespace DaprDynamo.Cluster.Tombstones;

/// <summary>How many tombstones wait to be reaped by this node, and for what.</summary>
/// <param name="InGrace">Their grace is not over, or they are another replica's to reap.</param>
/// <param name="MemberAway">A member cannot be reached, and may hold something older.</param>
/// <param name="ReplicaDiffers">A replica holds something else; anti-entropy comes first.</param>
/// <param name="HintPending">A hint for the key is still to be handed over.</param>
/// <param name="MemberBusy">A member guards as many keys as it can.</param>
/// <param name="InFlight">All members have confirmed them; what may still be on its way is waited out.</param>
public sealed record TombstonesWaiting(int InGrace, int MemberAway, int ReplicaDiffers, int HintPending, int MemberBusy, int InFlight);
