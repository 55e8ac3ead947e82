using System.ComponentModel.DataAnnotations;
using DaprDynamo.ServiceDefaults.Options;
using DaprDynamo.Transport.Discovery;

namespace DaprDynamo.Portal;

/// <summary>How the portal reaches the nodes.</summary>
public enum NodeRoad
{
    /// <summary>At their own addresses.</summary>
    Direct,

    /// <summary>By their app ids, through the portal's Dapr sidecar.</summary>
    Dapr,
}

/// <summary>The settings of the portal: the section <c>Portal</c> of its configuration.</summary>
public sealed record PortalOptions : IValidatableObject
{
    /// <summary>The section's name.</summary>
    public const string Section = "Portal";

    private const string FirstLocalNode = "http://127.0.0.1:5081";
    private const string FirstDaprNode = "node-1";

    /// <summary>
    /// Some nodes of the cluster, each as <c>http://host:port</c> or <c>id=http://host:port</c>, or through Dapr as its app id: whom
    /// the portal asks for the others. Empty for the first node of a local cluster.
    /// </summary>
    public IReadOnlyList<string> Nodes { get; init; } = [];

    /// <summary>How the portal reaches the nodes; the same as the nodes among themselves.</summary>
    public NodeRoad Transport { get; init; } = NodeRoad.Direct;

    /// <summary>The secret of the cluster's members, for the nodes' admin endpoints; empty when they ask for none.</summary>
    public string ClusterToken { get; init => field = Secrets.Trim(value); } = "";

    /// <summary>The secret that the nodes ask clients of the key API for; empty when they ask for none.</summary>
    public string ApiToken { get; init => field = Secrets.Trim(value); } = "";

    /// <summary>
    /// What an operator signs in with, and what programs show the proxy and the hub as <c>Authorization: Bearer</c>. Empty lets
    /// everybody in, which is only possible as long as the portal listens on loopback addresses alone; through a sidecar, which others can
    /// reach, it then serves the key API and nothing else.
    /// </summary>
    public string Token { get; init => field = Secrets.Trim(value); } = "";

    /// <summary>The same for those who may look but change nothing; empty for nobody.</summary>
    public string ViewerToken { get; init => field = Secrets.Trim(value); } = "";

    /// <summary>Whether nobody may change anything through this portal.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>The folder of the list of who did what; empty for <c>data/portal</c> below the working directory.</summary>
    public string DataDirectory { get; init; } = "";

    /// <summary>How long a node may take to answer a question of the portal, in milliseconds.</summary>
    [Range(100, 600_000)]
    public int NodeTimeoutMs { get; init; } = 5000;

    /// <summary>
    /// How long the proxy tries to get an answer to one request, in milliseconds: longer than a node's own limit, so that its answer is
    /// heard, and that there is time left for another node.
    /// </summary>
    [Range(100, 600_000)]
    public int ProxyTimeoutMs { get; init; } = 30_000;

    /// <summary>How many requests a second one client of the proxy may send in the long run; beyond that the answer is 429 with Retry-After.</summary>
    [Range(1, 1_000_000)]
    public int RequestsPerSecondMax { get; init; } = 1000;

    /// <summary>How many it may send at once before that limit holds.</summary>
    [Range(1, 1_000_000)]
    public int RequestBurstMax { get; init; } = 2000;

    /// <summary>How many requests the proxy has under way at once, of all clients together; beyond that the answer is 503 with Retry-After.</summary>
    [Range(1, 100_000)]
    public int ProxyRequestsMax { get; init; } = 1000;

    /// <summary>The nodes in effect.</summary>
    internal IReadOnlyList<string> NodesInEffect => Nodes.Count > 0 ? Nodes : [Transport == NodeRoad.Dapr ? FirstDaprNode : FirstLocalNode];

    /// <summary>The folder in effect.</summary>
    internal string DataDirectoryInEffect => DataDirectory.Length > 0 ? DataDirectory : Path.Combine("data", "portal");

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var problem in SeedList.ProblemsOf(Nodes, throughDapr: Transport == NodeRoad.Dapr))
        {
            yield return Invalid(nameof(Nodes), problem);
        }

        foreach (var blank in Secrets.BlankOnes(
            (nameof(Token), Token), (nameof(ViewerToken), ViewerToken), (nameof(ClusterToken), ClusterToken), (nameof(ApiToken), ApiToken)))
        {
            yield return Invalid(blank, Secrets.BlankProblem);
        }

        if (ViewerToken.Length > 0 && Token.Length == 0)
        {
            yield return Invalid(nameof(ViewerToken), $"it is of no use without {nameof(Token)}: everybody is let in");
        }

        if (ViewerToken.Length > 0 && ViewerToken == Token)
        {
            yield return Invalid(nameof(ViewerToken), $"it is the same as {nameof(Token)}");
        }
    }

    private static ValidationResult Invalid(string name, string problem) => new($"{Section}:{name}: {problem}", [name]);
}
