using DaprDynamo.Cluster;
using DaprDynamo.Cluster.Membership;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Cluster.Storing;
using DaprDynamo.Core.Ring;
using DaprDynamo.Simulation.Disks;
using DaprDynamo.Simulation.Network;
using DaprDynamo.Simulation.Runs;
using DaprDynamo.Simulation.Time;

namespace DaprDynamo.Simulation.Nodes;

/// <summary>
/// One machine of the cluster: its disk and its clock outlive the processes that run on it one after the other. It comes
/// with a supervisor that starts the process again, and an operator who gives it an empty disk when the old one is damaged.
/// </summary>
internal sealed class SimulatedNode(
    Simulator simulator,
    SimulatedNetwork network,
    RunOptions options,
    string nodeId,
    Func<bool, MembershipOptions> membership,
    SimulatedDisk disk,
    EngineCounts counts,
    SeedStreams streams)
{
    private static readonly TimeSpan SupervisorWaits = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan OperatorWaits = TimeSpan.FromMilliseconds(700);

    private readonly Random _random = streams.Open($"machine {nodeId}");
    private SimulatedStore? _store;
    private ScheduledEvent? _start;
    private ScheduledEvent? _replacement;
    private int _lives;

    internal string NodeId => nodeId;

    internal SimulatedDisk Disk => disk;

    internal WallClock WallClock { get; } = new();

    /// <summary>The process that runs; null when the node is down.</summary>
    internal SimulatedProcess? Process { get; private set; }

    /// <summary>The engine, once it is ready.</summary>
    internal StorageNode? Engine { get; private set; }

    internal TimeProvider? Clock { get; private set; }

    /// <summary>How often the node was given an empty disk.</summary>
    internal int DisksReplaced { get; private set; }

    internal int Lives => _lives;

    internal bool IsUp => Engine is not null;

    internal void Start()
    {
        CallOffStart();
        if (Process is not null)
        {
            return;
        }

        var process = new SimulatedProcess(simulator, NodeId);
        var clock = new SimulatedClock(simulator, process, WallClock, _random.NextInt64(TimeSpan.TicksPerDay, 10 * TimeSpan.TicksPerDay));
        var store = new SimulatedStore(simulator, process, disk, NodeId, options.Mistake);
        if (options.Mistake == PlantedMistake.DropsHintsOnRestart)
        {
            disk.DropHints();
        }

        var parts = new NodeParts(
            options, membership(_lives == 0), store, TransportOf(process, clock), clock,
            streams.Open($"engine {NodeId} {_lives++}"), new NodeLogger(simulator, NodeId));
        (Process, Clock, _store) = (process, clock, store);
        disk.DamageFound = ReplaceDiskIfDamaged;
        Note("starts");
        simulator.Schedule(TimeSpan.Zero, process, () => _ = StartEngineAsync(parts, process));
    }

    /// <summary>Ends the process on the spot, as a crash or a power cut does.</summary>
    internal void Crash()
    {
        CallOffStart();
        if (Process is not null)
        {
            Note("crashes");
            CountEngine();
            Process.Kill();
            _store!.Crash();
            network.StopListening(NodeId);
            (Process, Engine, Clock, _store) = (null, null, null, null);
        }
    }

    /// <summary>The machine is taken away: nobody starts it again, whatever was planned for it.</summary>
    internal void Retire()
    {
        Crash();
        if (_replacement is not null)
        {
            Simulator.Cancel(_replacement);
        }
    }

    /// <summary>Takes down what the engine has done so far; to be called at its end.</summary>
    internal void CountEngine()
    {
        if (Engine is not null)
        {
            counts.Add(Engine.Statistics);
        }
    }

    internal void StartAfter(TimeSpan wait)
    {
        CallOffStart();
        _start = simulator.Schedule(wait, null, Start);
    }

    /// <summary>The disk is gone: the node comes back with an empty one.</summary>
    internal void LoseDisk()
    {
        Crash();
        disk.Replace(keepGeneration: options.Mistake == PlantedMistake.KeepsItsGenerationWithoutItsDisk);
        DisksReplaced++;
        Note("has an empty disk");
    }

    /// <summary>Lets the operator see to a damaged disk, when one has been found and is not seen to yet.</summary>
    internal void ReplaceDiskIfDamaged()
    {
        if (disk.IsKnownToBeDamaged && _replacement is null or { IsOver: true })
        {
            _replacement = simulator.Schedule(OperatorWaits, null, () =>
            {
                LoseDisk();
                StartAfter(SupervisorWaits);
            });
        }
    }

    private async Task StartEngineAsync(NodeParts parts, SimulatedProcess process)
    {
        try
        {
            var engine = await EngineUnderTest.StartAsync(parts);
            simulator.RequireInside(process, "the engine's start");
            IPeerRequestHandler answers = options.Mistake == PlantedMistake.None ? engine : new MistakenNode(engine, disk, options.Mistake);
            network.Listen(new NetworkEndpoint(NodeId, process, parts.Clock, answers));
            Engine = engine;
            Note("is ready");
        }
        catch (StoreException failure)
        {
            Note($"cannot start: {failure.Message}");
            simulator.Schedule(TimeSpan.Zero, null, () =>
            {
                Crash();
                StartAfter(SupervisorWaits);
            });
        }
        catch (Exception failure)
        {
            simulator.Fail($"{NodeId} could not start: {failure}");
        }
    }

    private IReplicaTransport TransportOf(SimulatedProcess process, TimeProvider clock)
    {
        var transport = new NodeTransport(simulator, network, process, clock, NodeId);
        return options.Mistake is PlantedMistake.StoresNoPulledPages or PlantedMistake.SkipsOnePartition
            ? new MistakenTransport(transport, new PartitionSpace(options.Partitions), options.Mistake)
            : transport;
    }

    private void CallOffStart()
    {
        if (_start is not null)
        {
            Simulator.Cancel(_start);
            _start = null;
        }
    }

    private void Note(string what)
    {
        simulator.Digest.Add(simulator.NowTicks);
        simulator.Digest.Add(NodeId);
        simulator.Digest.Add(what);
        simulator.Trace.Write(simulator.NowTicks, NodeId, $"{what}");
    }
}
