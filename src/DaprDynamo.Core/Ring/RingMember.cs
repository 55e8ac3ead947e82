using System.Collections.Immutable;

namespace DaprDynamo.Core.Ring;

/// <summary>A member as the ring sees it.</summary>
/// <param name="NodeId">The member's id.</param>
/// <param name="Zone">What fails together with it. Replicas are spread over zones.</param>
/// <param name="Tokens">The positions it claims, in the order of the ring.</param>
public sealed record RingMember(string NodeId, string Zone, ImmutableArray<Token> Tokens);
