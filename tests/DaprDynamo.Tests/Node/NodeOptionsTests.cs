using DaprDynamo.Node;
using DaprDynamo.Node.Hosting;
using DaprDynamo.ServiceDefaults.Startup;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace DaprDynamo.Tests.Node;

public class NodeOptionsTests
{
    [Theory]
    [InlineData("NodeId", "Node_1", "Node_1")]
    [InlineData("Partitions", "100", "power of two")]
    [InlineData("Replicas", "0", "Replicas")]
    [InlineData("ReadQuorum", "4", "1 to 3")]
    [InlineData("WriteQuorum", "0", "1 to 3")]
    [InlineData("RequestTimeoutMs", "1", "RequestTimeoutMs")]
    [InlineData("HedgeDelayMsMin", "1000", "HedgeDelayMsMax")]
    [InlineData("Seeds:0", "127.0.0.1:1", "id=http://host:port")]
    [InlineData("Seeds:0", "node-2@zone=http://127.0.0.1:1", "id=http://host:port")]
    [InlineData("Seeds:0", "node-2", "id=http://host:port")]
    [InlineData("AdvertisedAddress", "node-1", "http://host:port")]
    [InlineData("Transport", "pigeon", "Transport")]
    [InlineData("ConsulAddress", "localhost:8500", "http://host:port")]
    [InlineData("Replaces", "node-1", "the id of another node")]
    [InlineData("ApiToken", "\n", "nothing but white space")]
    [InlineData("Storage", "tape", "Storage")]
    [InlineData("Replica", "3", "Replicas")]
    public async Task A_bad_setting_fails_the_start_with_one_sentence_that_names_it(string name, string value, string expected)
    {
        var error = new StringWriter();

        var exitCode = await HostRunner.RunAsync(
            () => NodeHost.Build([], new Dictionary<string, string?> { ["urls"] = "http://127.0.0.1:0", ["Dynamo:Storage"] = "Memory", [$"Dynamo:{name}"] = value }),
            NodeStartupFailure.Recognize,
            error);

        Assert.Equal(StartupFailure.ExitCodeBadOptions, exitCode);
        Assert.Contains(expected, error.ToString(), StringComparison.Ordinal);
        Assert.Single(error.ToString().TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task A_secret_that_was_read_from_a_file_goes_without_its_line_break()
    {
        await using var node = NodeHost.Build([], new Dictionary<string, string?>
        {
            ["Dynamo:ClusterToken"] = "members\n", ["Dynamo:ApiToken"] = " clients\r\n", ["Dynamo:ConsulToken"] = "",
        });

        var options = node.Services.GetRequiredService<NodeOptions>();

        Assert.Equal(("members", "clients", ""), (options.ClusterToken, options.ApiToken, options.ConsulToken));
    }

    [Fact]
    public async Task A_data_folder_in_use_fails_the_start_with_one_sentence_that_names_it()
    {
        var folder = Directory.CreateTempSubdirectory("daprdynamo-");
        try
        {
            Dictionary<string, string?> settings = new() { ["urls"] = "http://127.0.0.1:0", ["Dynamo:DataDirectory"] = folder.FullName };
            await using var first = NodeHost.Build([], settings);
            await first.StartAsync();
            var error = new StringWriter();

            Assert.Equal(StartupFailure.ExitCodeFailed, await HostRunner.RunAsync(() => NodeHost.Build([], settings), NodeStartupFailure.Recognize, error));
            Assert.Contains(folder.FullName, error.ToString(), StringComparison.Ordinal);
            await first.StopAsync();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
