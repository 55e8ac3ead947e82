using Xunit;
using Xunit.Abstractions;

// Holds a node to the whole contract: one class a contract and nothing else in them.
namespace DaprDynamo.IntegrationTests.PublicApi;

[Collection(NodeApiCollection.Name)]
public sealed class CreatingOnANode(NodeApi node, ITestOutputHelper output) : CreatingContract(node, output);

[Collection(NodeApiCollection.Name)]
public sealed class ReadingOnANode(NodeApi node, ITestOutputHelper output) : ReadingContract(node, output);

[Collection(NodeApiCollection.Name)]
public sealed class WritingOnANode(NodeApi node, ITestOutputHelper output) : WritingContract(node, output);

[Collection(NodeApiCollection.Name)]
public sealed class DeletingOnANode(NodeApi node, ITestOutputHelper output) : DeletingContract(node, output);

[Collection(NodeApiCollection.Name)]
public sealed class QuorumOnANode(NodeApi node, ITestOutputHelper output) : QuorumContract(node, output);

[Collection(NodeApiCollection.Name)]
public sealed class ValuesOnANode(NodeApi node, ITestOutputHelper output) : ValuesContract(node, output);

[Collection(NodeApiCollection.Name)]
public sealed class KeysOnANode(NodeApi node, ITestOutputHelper output) : KeysContract(node, output);

[Collection(NodeApiCollection.Name)]
public sealed class Base64UrlKeysOnANode(NodeApi node, ITestOutputHelper output) : Base64UrlKeysContract(node, output);

[Collection(NodeApiCollection.Name)]
public sealed class AnswersOnANode(NodeApi node, ITestOutputHelper output) : AnswersContract(node, output);

[Collection(NodeApiCollection.Name)]
public sealed class OddRequestsOnANode(NodeApi node, ITestOutputHelper output) : OddRequestsContract(node, output);
