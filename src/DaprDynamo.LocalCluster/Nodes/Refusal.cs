namespace DaprDynamo.LocalCluster.Nodes;

/// <summary>Why a change of the cluster is not made.</summary>
/// <param name="Status">As an HTTP status.</param>
/// <param name="Sentence">For whoever asked.</param>
internal sealed record Refusal(int Status, string Sentence);
