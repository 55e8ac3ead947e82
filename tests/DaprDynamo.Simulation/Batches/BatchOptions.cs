using DaprDynamo.Simulation.Runs;

namespace DaprDynamo.Simulation.Batches;

/// <summary>Which seeds to run, and how.</summary>
/// <param name="First">The first seed.</param>
/// <param name="Count">How many, one after the other.</param>
/// <param name="Threads">How many at once.</param>
/// <param name="RepeatEvery">Every so many-th seed is run twice, to see that both times the same happens; 0 for none.</param>
/// <param name="Mistake">What is wrong with the nodes on purpose.</param>
internal sealed record BatchOptions(long First, int Count, int Threads, int RepeatEvery, PlantedMistake Mistake = PlantedMistake.None);
