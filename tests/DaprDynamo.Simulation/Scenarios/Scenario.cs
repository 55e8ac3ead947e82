using System.Text;
using DaprDynamo.Cluster;
using DaprDynamo.Cluster.Operations;
using DaprDynamo.Core.Quorum;
using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;
using DaprDynamo.Simulation.Clients;
using DaprDynamo.Simulation.Disks;
using DaprDynamo.Simulation.Faults;
using DaprDynamo.Simulation.Network;
using DaprDynamo.Simulation.Nodes;
using DaprDynamo.Simulation.Runs;
using DaprDynamo.Simulation.Time;

namespace DaprDynamo.Simulation.Scenarios;

/// <summary>
/// A cluster on the simulator that does what a test tells it, step by step: nothing happens by chance but what the network
/// and the disks always do. Everything runs while the test waits for something.
/// </summary>
internal sealed class Scenario : IDisposable
{
    internal static readonly Key SomeKey = Key.FromText("some key");

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan ClientTimeout = TimeSpan.FromSeconds(5);

    private readonly SynchronizationContext? _caller = SynchronizationContext.Current;
    private readonly RunOptions _options;
    private readonly Simulator _simulator = new(RunTrace.None);
    private readonly ClientLine _line;

    private Scenario(RunOptions options)
    {
        var streams = new SeedStreams(options.Seed);
        _options = options;
        Cluster = new SimulatedCluster(_simulator, options, streams);
        _line = new ClientLine(_simulator, Cluster, new History(), streams.Open("client line"));
    }

    internal SimulatedCluster Cluster { get; }

    internal TimeSpan Now => _simulator.Now;

    /// <summary>The members that keep <see cref="SomeKey"/>, in ring order, and then the others.</summary>
    internal IReadOnlyList<SimulatedNode> Walk => [.. Cluster.View.PreferenceListOf(SomeKey).Walk.Select(NodeOf)];

    /// <summary>Starts a cluster of some nodes, N/R/W = 3/2/2 if nothing else is said, on a quiet network.</summary>
    internal static Scenario Start(StorageNodeOptions engine, int nodes = 5, PlantedMistake mistake = PlantedMistake.None, QuorumSettings? quorum = null)
    {
        var scenario = new Scenario(OptionsOf(engine, nodes, mistake, quorum ?? new QuorumSettings(3, 2, 2)));
        foreach (var node in scenario.Cluster.Nodes)
        {
            node.Start();
        }

        scenario.RunUntil(() => scenario.Cluster.AllUp && scenario.Cluster.Nodes.All(node => node.Engine!.Trouble is null), "the cluster starts");

        // Until everybody knows of everybody.
        scenario.Run(TimeSpan.FromMilliseconds(3 * (engine.HeartbeatIntervalMs + engine.HeartbeatTimeoutMs)));
        return scenario;
    }

    internal SimulatedNode NodeOf(string nodeId) => Cluster.Nodes.Single(node => node.NodeId == nodeId);

    /// <summary>Lets time pass.</summary>
    internal void Run(TimeSpan time)
    {
        _simulator.RunFor(time, _options.EventsMax);
        RequireSound();
    }

    /// <summary>Lets time pass until something is so.</summary>
    internal void RunUntil(Func<bool> condition, string what)
    {
        // Looked at now and then: most of what is waited for is found out by looking at all disks.
        var met = false;
        Look();
        _simulator.RunUntil(() => met, Limit, _options.EventsMax);
        RequireSound();
        if (!met)
        {
            throw new TimeoutException($"Not within {Limit.TotalMinutes} simulated minutes: {what}.");
        }

        void Look()
        {
            met = condition();
            if (!met)
            {
                _simulator.Schedule(TimeSpan.FromMilliseconds(20), null, Look);
            }
        }
    }

    internal OperationResult Get(SimulatedNode at, int? quorum = null) => Do(at, new GetKey(SomeKey, quorum));

    internal OperationResult Put(SimulatedNode at, string value, VersionVector context, int? quorum = null) =>
        Do(at, new PutKey(SomeKey, quorum, Encoding.UTF8.GetBytes(value), context));

    internal OperationResult Delete(SimulatedNode at, VersionVector? context = null) => Do(at, new DeleteKey(SomeKey, null, context));

    /// <summary>Has a node carry out an operation, and waits for the answer.</summary>
    internal OperationResult Do(SimulatedNode at, KeyOperation operation)
    {
        HistoryEntry? over = null;
        _line.Send("test", at, operation, ClientTimeout, abandonAfter: null, entry => over = entry);
        _simulator.RunUntil(() => over is not null, Limit, _options.EventsMax);
        RequireSound();
        return over?.Result ?? throw new TimeoutException($"{at.NodeId} gave no answer.");
    }

    /// <summary>Takes a machine away for ever, without a word to anybody.</summary>
    internal void Destroy(SimulatedNode node) => Cluster.Retire(node);

    /// <summary>One machine more, which joins, or is to take the place of a member; returns at once.</summary>
    internal SimulatedNode Join(string? replaces = null)
    {
        var node = Cluster.Add(replaces);
        node.Start();
        return node;
    }

    /// <summary>Tells a member to leave; returns at once.</summary>
    internal void Leave(SimulatedNode node) => Ask(node, leaver =>
    {
        leaver.Engine!.Leave();
        return Task.FromResult(true);
    });

    /// <summary>Asks a node to take a member out; why it cannot be done, or null when it has begun.</summary>
    internal string? Remove(SimulatedNode at, string nodeId, bool isForced = false) => Ask(at, node => node.Engine!.RemoveAsync(nodeId, isForced));

    /// <summary>Asks a node something that is no client's operation, and waits for the answer.</summary>
    internal T Ask<T>(SimulatedNode at, Func<SimulatedNode, Task<T>> ask)
    {
        Task<T>? asked = null;
        _simulator.Schedule(TimeSpan.Zero, at.Process, () => asked = ask(at));
        _simulator.RunUntil(() => asked is { IsCompleted: true }, Limit, _options.EventsMax);
        RequireSound();
        return asked is { IsCompleted: true } answered ? answered.GetAwaiter().GetResult() : throw new TimeoutException($"{at.NodeId} gave no answer.");
    }

    /// <summary>What a node itself has on its disk for <see cref="SomeKey"/>.</summary>
    internal static DottedVersionVectorSet StoredAt(SimulatedNode node) =>
        StoredPages.RecordOf(node.Disk.Durable, SomeKey)?.Versions ?? DottedVersionVectorSet.Empty;

    /// <summary>How many hints a node keeps.</summary>
    internal static int HintsAt(SimulatedNode node) =>
        StoredPages.OwnersOf(node.Disk.Durable).Sum(ownerId => StoredPages.HintsFor(node.Disk.Durable, ownerId).Count);

    /// <summary>Whether all replicas of a key hold the same record, and nobody keeps a hint.</summary>
    internal bool IsSettled(Key key)
    {
        var records = Cluster.View.PreferenceListOf(key).Primaries
            .Select(nodeId => StoredPages.RecordOf(NodeOf(nodeId).Disk.Durable, key)?.Versions ?? DottedVersionVectorSet.Empty).ToList();
        return records.TrueForAll(record => record.Equals(records[0])) && Cluster.Nodes.All(node => HintsAt(node) == 0);
    }

    internal static string[] ValuesOf(DottedVersionVectorSet versions) =>
        [.. versions.Siblings.Select(sibling => Encoding.UTF8.GetString(sibling.Value.Span)).Order(StringComparer.Ordinal)];

    public void Dispose() => SynchronizationContext.SetSynchronizationContext(_caller);

    private void RequireSound()
    {
        if (_simulator.HasFailed)
        {
            throw new InvalidOperationException(string.Join(Environment.NewLine, _simulator.Failures));
        }
    }

    private static RunOptions OptionsOf(StorageNodeOptions engine, int nodes, PlantedMistake mistake, QuorumSettings quorum) => new()
    {
        Seed = 1,
        Nodes = nodes,
        Partitions = 16,
        Quorum = quorum,
        Engine = engine,
        Mistake = mistake,
        EventsMax = 20_000_000,
        Clients = new ClientOptions
        {
            Clients = 1,
            Keys = 1,
            Operations = 0,
            ThinkTimeMean = TimeSpan.Zero,
            TimeoutMin = ClientTimeout,
            TimeoutMax = ClientTimeout,
            QuorumOverrideProbability = 0,
            WriteQuorumMin = 1,
            StaleClockProbability = 0,
            BlindWriteProbability = 0,
            DeleteShare = 0,
            CreateShare = 0,
            GetShare = 0,
            AbandonProbability = 0,
        },
        Network = new NetworkOptions
        {
            DelayMin = TimeSpan.FromMilliseconds(0.1),
            DelayMax = TimeSpan.FromMilliseconds(2),
            StragglerProbability = 0,
            StragglerDelayMax = TimeSpan.Zero,
            LossProbability = 0,
            DuplicateProbability = 0,
            LateDuplicateProbability = 0,
            OverloadProbability = 0,
            MessageLifetime = TimeSpan.FromMinutes(10),
            CrashResetsConnections = true,
            GivingUpCancelsHandlers = false,
        },
        Disks = new DiskOptions
        {
            ReadDelayMax = TimeSpan.FromMilliseconds(0.5),
            SyncDelayMin = TimeSpan.FromMilliseconds(0.5),
            SyncDelayMax = TimeSpan.FromMilliseconds(4),
            ChangesMax = 10_000,
            RepeatProbability = 0,
        },
        Faults = new FaultOptions([], TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), IsNetworkUnreliable: false),
    };
}
