using Xunit;
using Xunit.Abstractions;

// Every scenario runs on both roads: one class for each and nothing else in them.
namespace DaprDynamo.IntegrationTests.Cluster;

[Collection(FiveNodesDirectlyCollection.Name)]
public sealed class DeadNodesDirectly(FiveNodesDirectly nodes, ITestOutputHelper output) : DeadNodeTests(nodes, output);

[Collection(FiveNodesThroughDaprCollection.Name)]
public sealed class DeadNodesThroughDapr(FiveNodesThroughDapr nodes, ITestOutputHelper output) : DeadNodeTests(nodes, output);

[Collection(FiveNodesDirectlyCollection.Name)]
public sealed class ReturningNodesDirectly(FiveNodesDirectly nodes, ITestOutputHelper output) : ReturningNodeTests(nodes, output);

[Collection(FiveNodesThroughDaprCollection.Name)]
public sealed class ReturningNodesThroughDapr(FiveNodesThroughDapr nodes, ITestOutputHelper output) : ReturningNodeTests(nodes, output);

[Collection(FiveNodesDirectlyCollection.Name)]
public sealed class ConcurrentWritesDirectly(FiveNodesDirectly nodes, ITestOutputHelper output) : ConcurrentWriteTests(nodes, output);

[Collection(FiveNodesThroughDaprCollection.Name)]
public sealed class ConcurrentWritesThroughDapr(FiveNodesThroughDapr nodes, ITestOutputHelper output) : ConcurrentWriteTests(nodes, output);

[Collection(FiveNodesDirectlyCollection.Name)]
public sealed class KeyListDirectly(FiveNodesDirectly nodes, ITestOutputHelper output) : KeyListTests(nodes, output);

[Collection(FiveNodesThroughDaprCollection.Name)]
public sealed class KeyListThroughDapr(FiveNodesThroughDapr nodes, ITestOutputHelper output) : KeyListTests(nodes, output);

public sealed class MembershipDirectly(ITestOutputHelper output) : MembershipTests(throughDapr: false, output);

public sealed class MembershipThroughDapr(ITestOutputHelper output) : MembershipTests(throughDapr: true, output);

public sealed class GrowAndShrinkDirectly(ITestOutputHelper output) : GrowAndShrinkTests(throughDapr: false, output);

public sealed class GrowAndShrinkThroughDapr(ITestOutputHelper output) : GrowAndShrinkTests(throughDapr: true, output);
