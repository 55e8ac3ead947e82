using DaprDynamo.IntegrationTests.Processes;
using DaprDynamo.LocalCluster.Portal;
using Xunit;

namespace DaprDynamo.Portal.Tests.Access;

public sealed class LocalPortalTests
{
    [Fact]
    public async Task Endpoints_that_the_environment_names_do_not_hold_over_the_address_of_a_local_cluster()
    {
        using var folder = new TempFolder();
        await using var host = PortalHost.Build(
            [$"--Portal:DataDirectory={folder.Path}", "--Portal:Nodes:0=http://127.0.0.1:9", "--urls", "http://127.0.0.1:0", "--Kestrel:Endpoints:Other:Url=http://0.0.0.0:0"],
            configureDefaults: defaults => defaults.ConsoleOutput = TextWriter.Null,
            configureServices: services => LocalPortal.ListenAtItsAddressOnly(services));
        await host.StartAsync();
        Assert.StartsWith("http://127.0.0.1:", Assert.Single(host.Urls), StringComparison.Ordinal);
        await host.StopAsync();
    }
}
