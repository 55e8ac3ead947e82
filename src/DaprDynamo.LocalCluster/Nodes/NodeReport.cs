using DaprDynamo.Contracts.Admin;
using DaprDynamo.LocalCluster.Control;

namespace DaprDynamo.LocalCluster.Nodes;

/// <summary>What a node said when it was asked how it stands.</summary>
/// <param name="Node">The node.</param>
/// <param name="Members">Its answer; null when it gave none.</param>
internal sealed record NodeReport(LocalNode Node, MembersResponse? Members)
{
    private MemberResponse? Own => Of(Node.Id);

    internal string State => Own switch
    {
        { IsRemoved: true } => LocalNodeStates.Removed,
        { State: LocalNodeStates.Left } => LocalNodeStates.Left,
        { State: { } state } when Members is { Trouble: null } => state,
        _ => LocalNodeStates.Starting,
    };

    internal bool IsReady => State == LocalNodeStates.Ready && !IsChanging;

    internal string? WaitsFor => Members switch
    {
        null => "It does not answer.",
        // That it serves no clients any more is as it should be.
        _ when State == LocalNodeStates.Left => Members.ChangeWaitsFor,
        _ => Members.Trouble ?? Members.ChangeWaitsFor,
    };

    private bool IsChanging => Own is { Phase: not "None" };

    /// <summary>What the node knows of a member.</summary>
    internal MemberResponse? Of(string nodeId) => Members?.Members.FirstOrDefault(member => member.NodeId == nodeId);

    internal LocalNodeResponse ToResponse() => new()
    {
        Id = Node.Id,
        Address = Node.Address,
        State = State,
        IsReady = IsReady,
        Zone = Own?.Zone ?? Node.Entry.Zone,
        WaitsFor = WaitsFor,
        Transfer = Own?.Transfer,
    };
}
