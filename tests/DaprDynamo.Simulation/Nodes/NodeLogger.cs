using DaprDynamo.Cluster;
using DaprDynamo.Cluster.Storing;
using DaprDynamo.Simulation.Time;
using Microsoft.Extensions.Logging;

namespace DaprDynamo.Simulation.Nodes;

/// <summary>Writes an engine's log into the run's trace. What an engine itself calls an error fails the seed.</summary>
internal sealed class NodeLogger(Simulator simulator, string nodeId) : ILogger<StorageNode>
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        simulator.RequireThread("a log entry");
        simulator.Digest.Add(simulator.NowTicks);
        simulator.Digest.Add((int)logLevel);
        simulator.Digest.Add(nodeId);
        simulator.Trace.Write(simulator.NowTicks, nodeId, $"log {logLevel}: {formatter(state, exception)} {exception?.Message ?? ""}");
        if (logLevel >= LogLevel.Error && exception is not StoreException)
        {
            simulator.Fail($"{nodeId} logged an error: {formatter(state, exception)} {exception}");
        }
    }
}
