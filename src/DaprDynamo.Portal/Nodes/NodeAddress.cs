namespace DaprDynamo.Portal.Nodes;

/// <summary>Where a node is reached.</summary>
/// <param name="Name">Its id; its address as long as the id is not known.</param>
/// <param name="Uri">Its address; through Dapr the app id stands for the host.</param>
public sealed record NodeAddress(string Name, Uri Uri);
