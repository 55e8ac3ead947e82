namespace DaprDynamo.Benchmarks.Corpus;

/// <summary>One real line of data.</summary>
/// <param name="Key">The key, at most 1,024 bytes of UTF-8.</param>
/// <param name="ValueJson">The value as JSON text without white space between tokens: exactly what a read must answer.</param>
internal sealed record Entry(string Key, string ValueJson);
