using Xunit;

namespace DaprDynamo.Tests.Simulation;

/// <summary>Tests that keep every core busy for a while: they run when all others are done, which wait for real time and would be starved.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ManySeedsCollection
{
    /// <summary>What test classes name.</summary>
    public const string Name = "Many seeds";
}
