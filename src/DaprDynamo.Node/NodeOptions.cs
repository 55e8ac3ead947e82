using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Numerics;
using DaprDynamo.Cluster;
using DaprDynamo.Core.Quorum;
using DaprDynamo.Core.Ring;
using DaprDynamo.ServiceDefaults.Options;
using DaprDynamo.Transport;
using DaprDynamo.Transport.Discovery;

namespace DaprDynamo.Node;

/// <summary>Where a node keeps its records.</summary>
public enum StorageKind
{
    /// <summary>On disk, in a SQLite database; what is acknowledged survives a crash.</summary>
    Sqlite,

    /// <summary>In memory; gone when the process ends.</summary>
    Memory,
}

/// <summary>How nodes reach each other.</summary>
public enum TransportKind
{
    /// <summary>At their own addresses.</summary>
    Direct,

    /// <summary>By their app ids, through their Dapr sidecars, and in no other way.</summary>
    Dapr,
}

/// <summary>How a node that knows no other finds its cluster.</summary>
public enum DiscoveryKind
{
    /// <summary>By the list of seeds.</summary>
    Seeds,

    /// <summary>In Consul's catalog.</summary>
    Consul,
}

/// <summary>The settings of a storage node: the section <c>Dynamo</c> of its configuration.</summary>
public sealed record NodeOptions : IValidatableObject
{
    /// <summary>The section's name.</summary>
    public const string Section = "Dynamo";

    /// <summary>The node's id: 1 to 63 lower-case letters, digits and inner hyphens.</summary>
    public string NodeId { get; init; } = "node-1";

    /// <summary>The cluster's name, the same on every node: 1 to 64 characters.</summary>
    [StringLength(64, MinimumLength = 1)]
    public string ClusterName { get; init; } = "daprdynamo";

    /// <summary>What fails together with this node: a rack, a zone. Replicas are spread over zones. Fixed when the node joins.</summary>
    [StringLength(64, MinimumLength = 1)]
    public string Zone { get; init; } = "default";

    /// <summary>How the nodes of the cluster reach each other; the same on every node.</summary>
    public TransportKind Transport { get; init; } = TransportKind.Direct;

    /// <summary>How the node finds its cluster.</summary>
    public DiscoveryKind Discovery { get; init; } = DiscoveryKind.Seeds;

    /// <summary>
    /// Some nodes of the cluster, each as <c>http://host:port</c> or <c>id=http://host:port</c>, or through Dapr as its app id:
    /// whom a node asks that knows no member yet. The same list may be given to every node; the one that stands first forms the
    /// cluster when there is none. Empty: the node forms a cluster of one.
    /// </summary>
    public IReadOnlyList<string> Seeds { get; init; } = [];

    /// <summary>The Consul agent, <c>http://host:port</c>; empty for <c>CONSUL_HTTP_ADDR</c>, or else the agent of this machine.</summary>
    public string ConsulAddress { get; init; } = "";

    /// <summary>Consul's access token; empty for <c>CONSUL_HTTP_TOKEN</c>, or else none.</summary>
    public string ConsulToken { get; init => field = Secrets.Trim(value); } = "";

    /// <summary>Where the other nodes reach this one; empty for the first address it listens on.</summary>
    public string AdvertisedAddress { get; init; } = "";

    /// <summary>The dead member in whose place a new node joins, under the same ring positions; empty for none.</summary>
    public string Replaces { get; init; } = "";

    /// <summary>Whether the node hands its partitions over and leaves the cluster whenever it is stopped in good order.</summary>
    public bool LeaveOnShutdown { get; init; }

    /// <summary>How long that may take, in seconds. A node that is stopped before it is done goes on when it is started again.</summary>
    [Range(1, 86_400)]
    public int LeaveTimeoutSeconds { get; init; } = 60;

    /// <summary>How long a member must have been silent, in seconds, for joins and leaves of others to go on without its word.</summary>
    [Range(1, 3600)]
    public int DownAfterSeconds { get; init; } = 10;

    /// <summary>How many partitions a node that takes them over copies at once.</summary>
    [Range(1, 64)]
    public int TransfersMax { get; init; } = 4;

    /// <summary>Q: the number of partitions, a power of two, fixed when the cluster is created.</summary>
    public int Partitions { get; init; } = 256;

    /// <summary>N: how many members keep each key.</summary>
    [Range(1, QuorumSettings.ReplicasMax)]
    public int Replicas { get; init; } = 3;

    /// <summary>R: how many replicas must answer a read, 1 to N.</summary>
    public int ReadQuorum { get; init; } = 2;

    /// <summary>W: how many replicas must have a write on disk, 1 to N.</summary>
    public int WriteQuorum { get; init; } = 2;

    /// <summary>Where records are kept.</summary>
    public StorageKind Storage { get; init; } = StorageKind.Sqlite;

    /// <summary>The folder of the node's database; empty for <c>data/{NodeId}</c> below the working directory.</summary>
    public string DataDirectory { get; init; } = "";

    /// <summary>
    /// To be set for the first start on a data folder that was restored from a backup: the node then counts under a new
    /// identity, as the old one has given out counts that the backup does not know.
    /// </summary>
    public bool RenewGeneration { get; init; }

    /// <summary>How long a client's request may take, in milliseconds.</summary>
    [Range(10, 600_000)]
    public int RequestTimeoutMs { get; init; } = 5000;

    /// <summary>At most so many clients' requests are under way at once; beyond that the answer is 503 with Retry-After.</summary>
    [Range(1, 1_000_000)]
    public int ConcurrentRequestsMax { get; init; } = 2048;

    /// <summary>The shortest wait before a slow replica is hedged, in milliseconds.</summary>
    [Range(1, 60_000)]
    public int HedgeDelayMsMin { get; init; } = 10;

    /// <summary>The longest wait before a slow replica is hedged, in milliseconds.</summary>
    [Range(1, 60_000)]
    public int HedgeDelayMsMax { get; init; } = 500;

    /// <summary>Whether other members stand in for replicas that cannot be reached. False: a request needs the replicas themselves.</summary>
    public bool SloppyQuorum { get; init; } = true;

    /// <summary>How often each peer is asked whether it is there, in milliseconds.</summary>
    [Range(10, 60_000)]
    public int HeartbeatIntervalMs { get; init; } = 500;

    /// <summary>How long a peer may take to say so, in milliseconds. Two silences in a row make it a suspect.</summary>
    [Range(10, 60_000)]
    public int HeartbeatTimeoutMs { get; init; } = 1000;

    /// <summary>How many records are kept for members that cannot be reached; beyond that no more are taken.</summary>
    [Range(0, 1_000_000_000)]
    public long HintsMax { get; init; } = 1_000_000;

    /// <summary>How old a hint may grow, in seconds, before it goes to another replica and anti-entropy takes over.</summary>
    [Range(1, 31_536_000)]
    public int HintAgeSecondsMax { get; init; } = 3 * 60 * 60;

    /// <summary>How many hints may be on their way to one peer at once.</summary>
    [Range(1, 1024)]
    public int HandoffInFlightMax { get; init; } = 8;

    /// <summary>How often the hash trees are compared with those of each peer, in milliseconds.</summary>
    [Range(100, 86_400_000)]
    public int ExchangeIntervalMs { get; init; } = 30_000;

    /// <summary>How long a tombstone is kept at least, in seconds.</summary>
    [Range(0, 31_536_000)]
    public int TombstoneGraceSeconds { get; init; } = 60 * 60;

    /// <summary>How many requests to one peer go out together at most.</summary>
    [Range(1, 4096)]
    public int BatchRequestsMax { get; init; } = new TransportOptions().BatchRequestsMax;

    /// <summary>
    /// How many such batches of one kind may be on their way to one peer at once: the fewer, the more each carries. Null for 2, and
    /// through Dapr 1, where each costs as much as hundreds of replica operations.
    /// </summary>
    [Range(1, 1024)]
    public int? BatchesInFlightMax { get; init; }

    /// <summary>The secret of the cluster's members; empty when the network itself is trusted. Protects the peer and admin endpoints.</summary>
    public string ClusterToken { get; init => field = Secrets.Trim(value); } = "";

    /// <summary>The secret that clients of the key API show as <c>Authorization: Bearer</c>; empty to let everybody in.</summary>
    public string ApiToken { get; init => field = Secrets.Trim(value); } = "";

    /// <summary>The engine's part of the settings.</summary>
    internal StorageNodeOptions Engine => new()
    {
        SloppyQuorum = SloppyQuorum,
        HedgeDelayMsMin = HedgeDelayMsMin,
        HedgeDelayMsMax = HedgeDelayMsMax,
        HeartbeatIntervalMs = HeartbeatIntervalMs,
        HeartbeatTimeoutMs = HeartbeatTimeoutMs,
        HintsMax = HintsMax,
        HintAgeMsMax = HintAgeSecondsMax * 1000L,
        HandoffInFlightMax = HandoffInFlightMax,
        ExchangeIntervalMs = ExchangeIntervalMs,
        TombstoneGraceMs = TombstoneGraceSeconds * 1000L,
        DownAfterMs = DownAfterSeconds * 1000,
        TransfersMax = TransfersMax,
    };

    /// <summary>The folder in effect.</summary>
    internal string DataDirectoryInEffect => DataDirectory.Length > 0 ? DataDirectory : Path.Combine("data", NodeId);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!Core.Membership.NodeId.IsValid(NodeId))
        {
            yield return Invalid(nameof(NodeId), $"'{NodeId}' is not 1 to 63 lower-case letters, digits and inner hyphens");
        }

        if (Partitions is < 1 or > PartitionSpace.CountMax || !BitOperations.IsPow2(Partitions))
        {
            yield return Invalid(nameof(Partitions), Text($"{Partitions} is not a power of two from 1 to {PartitionSpace.CountMax}"));
        }

        if (ReadQuorum < 1 || ReadQuorum > Replicas)
        {
            yield return Invalid(nameof(ReadQuorum), Text($"{ReadQuorum} is not 1 to {Replicas}, the number of replicas"));
        }

        if (WriteQuorum < 1 || WriteQuorum > Replicas)
        {
            yield return Invalid(nameof(WriteQuorum), Text($"{WriteQuorum} is not 1 to {Replicas}, the number of replicas"));
        }

        if (HedgeDelayMsMin > HedgeDelayMsMax)
        {
            yield return Invalid(nameof(HedgeDelayMsMin), Text($"{HedgeDelayMsMin} is more than {nameof(HedgeDelayMsMax)}, {HedgeDelayMsMax}"));
        }

        if (AdvertisedAddress.Length > 0 && !(Uri.TryCreate(AdvertisedAddress, UriKind.Absolute, out var address) && Address.IsHttp(address)))
        {
            yield return Invalid(nameof(AdvertisedAddress), $"'{AdvertisedAddress}' is not of the form http://host:port");
        }

        if (Replaces.Length > 0 && (!Core.Membership.NodeId.IsValid(Replaces) || Replaces == NodeId))
        {
            yield return Invalid(nameof(Replaces), $"'{Replaces}' is not the id of another node");
        }

        foreach (var problem in SeedList.ProblemsOf(Seeds, throughDapr: Transport == TransportKind.Dapr))
        {
            yield return Invalid(nameof(Seeds), problem);
        }

        if (Discovery == DiscoveryKind.Consul && Seeds.Count > 0)
        {
            yield return Invalid(nameof(Seeds), "seeds are of no use when nodes are found in Consul");
        }

        if (ConsulAddress.Length > 0 && !(Uri.TryCreate(ConsulAddress, UriKind.Absolute, out var consul) && Address.IsHttp(consul)))
        {
            yield return Invalid(nameof(ConsulAddress), $"'{ConsulAddress}' is not of the form http://host:port");
        }

        foreach (var blank in Secrets.BlankOnes((nameof(ClusterToken), ClusterToken), (nameof(ApiToken), ApiToken), (nameof(ConsulToken), ConsulToken)))
        {
            yield return Invalid(blank, Secrets.BlankProblem);
        }

        if (Transport == TransportKind.Dapr && AdvertisedAddress.Length > 0)
        {
            yield return Invalid(nameof(AdvertisedAddress), "through Dapr a node is called by its app id and has no address of its own");
        }

        if (Transport == TransportKind.Dapr && Core.Membership.NodeId.IsValid(NodeId) && Uri.CheckHostName(NodeId) != UriHostNameType.Dns)
        {
            yield return Invalid(nameof(NodeId), $"'{NodeId}' reads as an IP address: an app id has a letter or a hyphen");
        }
    }

    private static ValidationResult Invalid(string name, string problem) => new($"{Section}:{name}: {problem}", [name]);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
