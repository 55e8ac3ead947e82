using Xunit;
using Xunit.Abstractions;

// Holds the proxy of the portal to the whole contract: one class a contract and nothing else in them.
namespace DaprDynamo.IntegrationTests.PublicApi;

[Collection(PortalApiCollection.Name)]
public sealed class CreatingOnThePortal(PortalApi portal, ITestOutputHelper output) : CreatingContract(portal, output);

[Collection(PortalApiCollection.Name)]
public sealed class ReadingOnThePortal(PortalApi portal, ITestOutputHelper output) : ReadingContract(portal, output);

[Collection(PortalApiCollection.Name)]
public sealed class WritingOnThePortal(PortalApi portal, ITestOutputHelper output) : WritingContract(portal, output);

[Collection(PortalApiCollection.Name)]
public sealed class DeletingOnThePortal(PortalApi portal, ITestOutputHelper output) : DeletingContract(portal, output);

[Collection(PortalApiCollection.Name)]
public sealed class QuorumOnThePortal(PortalApi portal, ITestOutputHelper output) : QuorumContract(portal, output);

[Collection(PortalApiCollection.Name)]
public sealed class ValuesOnThePortal(PortalApi portal, ITestOutputHelper output) : ValuesContract(portal, output);

[Collection(PortalApiCollection.Name)]
public sealed class KeysOnThePortal(PortalApi portal, ITestOutputHelper output) : KeysContract(portal, output);

[Collection(PortalApiCollection.Name)]
public sealed class Base64UrlKeysOnThePortal(PortalApi portal, ITestOutputHelper output) : Base64UrlKeysContract(portal, output);

[Collection(PortalApiCollection.Name)]
public sealed class AnswersOnThePortal(PortalApi portal, ITestOutputHelper output) : AnswersContract(portal, output);

[Collection(PortalApiCollection.Name)]
public sealed class OddRequestsOnThePortal(PortalApi portal, ITestOutputHelper output) : OddRequestsContract(portal, output);
