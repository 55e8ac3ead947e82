namespace DaprDynamo.IntegrationTests.PublicApi;

/// <summary>
/// Somewhere the public API is served. The contract's tests know no more than this, so that the same tests hold a node, the
/// portal's proxy and a sidecar to the same contract: each is one implementation and one derived class a contract.
/// </summary>
public interface IApiUnderTest
{
    /// <summary>The API, called over HTTP.</summary>
    KeyApi Api { get; }

    /// <summary>What the processes behind it printed last.</summary>
    string Output();
}
