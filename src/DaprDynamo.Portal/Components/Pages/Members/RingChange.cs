using System.Buffers;

namespace DaprDynamo.Portal.Components.Pages.Members;

/// <summary>What a user wants to do with the cluster.</summary>
public enum RingChangeKind
{
    /// <summary>A node comes.</summary>
    Join,

    /// <summary>A member hands its partitions over and goes.</summary>
    Leave,

    /// <summary>The members' loads are made even.</summary>
    Rebalance,

    /// <summary>A dead member is taken out; the others take over.</summary>
    Remove,

    /// <summary>A new node takes a dead member's place.</summary>
    Replace,
}

/// <summary>A change of the ring that a user looks into.</summary>
/// <param name="Kind">What is to be done.</param>
/// <param name="NodeId">The member it is about; the new node for a join; empty for a rebalance.</param>
/// <param name="Zone">The zone of a new node; null for the default.</param>
/// <param name="By">The new node that takes the place of a dead one; null but for that.</param>
public sealed record RingChange(RingChangeKind Kind, string NodeId, string? Zone = null, string? By = null)
{
    private static readonly SearchValues<char> PlainInShells = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%+=:,./_-");

    /// <summary>The change as the nodes' <c>/admin/plan</c> wants to be asked.</summary>
    public string Query => Kind switch
    {
        RingChangeKind.Join => $"join={Uri.EscapeDataString(NodeId)}{(Zone is null ? "" : $"&zone={Uri.EscapeDataString(Zone)}")}",
        RingChangeKind.Leave => $"leave={Uri.EscapeDataString(NodeId)}",
        RingChangeKind.Remove => $"remove={Uri.EscapeDataString(NodeId)}",
        RingChangeKind.Replace => $"replace={Uri.EscapeDataString(NodeId)}&by={Uri.EscapeDataString(By ?? "")}",
        _ => "rebalance=true",
    };

    /// <summary>The change in a few words, for headings and the list of who did what.</summary>
    public string Words => Kind switch
    {
        RingChangeKind.Join => $"{NodeId} joins{(Zone is null ? "" : $" in zone {Zone}")}",
        RingChangeKind.Leave => $"{NodeId} leaves",
        RingChangeKind.Remove => $"{NodeId} is taken out",
        RingChangeKind.Replace => $"{By} takes the place of {NodeId}",
        _ => "the loads are made even",
    };

    /// <summary>Whether it may lose what only the member has: to be confirmed by typing its id.</summary>
    public bool IsGrave => Kind is RingChangeKind.Remove or RingChangeKind.Replace;

    /// <summary>What starts the new node on another machine, as a shell takes it.</summary>
    /// <param name="seed">A member that it may ask for the cluster: its id and address, or through Dapr its app id.</param>
    /// <param name="road">How the nodes reach each other.</param>
    public string Command(string seed, NodeRoad road)
    {
        var id = By ?? NodeId;
        // Through Dapr a node's id is its sidecar's app id, and it listens where the sidecar expects it.
        string[] start = road == NodeRoad.Dapr
            ?
            [
                "dapr", "run", "--app-id", id, "--app-port", "5080", "--config", "dapr/config.yaml", "--resources-path", "components", "--max-body-size", "64Mi",
                "--read-buffer-size", "64Ki", "--enable-app-health-check", "--app-health-check-path", "/healthz/live", "--",
            ]
            : [];
        string[] node =
        [
            "dotnet", "run", "--project", "src/DaprDynamo.Node", "--", "--urls", "http://*:5080",
            road == NodeRoad.Dapr ? "--Dynamo:Transport=Dapr" : $"--Dynamo:NodeId={id}",
            .. Zone is null ? (string[])[] : [$"--Dynamo:Zone={Zone}"],
            .. Kind == RingChangeKind.Replace ? [$"--Dynamo:Replaces={NodeId}"] : (string[])[],
            $"--Dynamo:Seeds:0={seed}",
        ];
        return string.Join(' ', start.Concat(node).Select(Quote));
    }

    private static string Quote(string word) =>
        word.Length > 0 && !word.AsSpan().ContainsAnyExcept(PlainInShells) ? word : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
