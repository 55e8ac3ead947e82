using System.Net;
using System.Net.Sockets;
using DaprDynamo.IntegrationTests.Processes;
using Xunit;

namespace DaprDynamo.IntegrationTests.LocalCluster;

/// <summary>What the one-command start says when it cannot do as it is told: one clear sentence and no insides.</summary>
public sealed class LocalClusterRefusalTests : IDisposable
{
    private const int NodeCount = 5;

    private readonly TempFolder _folder = new();

    [Fact]
    public async Task Its_help_names_every_option()
    {
        var (exitCode, text) = await RunAsync("--help");

        Assert.Equal(0, exitCode);
        Assert.All(["--nodes", "--port", "--data", "--ephemeral", "join", "leave"], option => Assert.Contains(option, text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0)] // Where the cluster takes orders.
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public async Task A_port_in_use_is_told_in_one_sentence_with_the_port(int offset)
    {
        var port = LoopbackPorts.FreeRange(NodeCount + 1);
        using var occupant = new TcpListener(IPAddress.Loopback, port + offset);
        occupant.Start();

        var (exitCode, text) = await RunAsync("--nodes", $"{NodeCount}", "--port", $"{port}", "--ephemeral");

        Assert.NotEqual(0, exitCode);
        var naming = text.Split('\n').Where(line => line.Contains($"{port + offset}", StringComparison.Ordinal)).ToList();
        Assert.True(naming.Count == 1, $"Expected one line with port {port + offset}:\n{text}");
        ShouldShowNoInsides(text);
    }

    [Theory]
    [InlineData("--nodez", "5")]
    [InlineData("--nodes", "0")]
    [InlineData("--nodes", "-1")]
    [InlineData("--nodes", "many")]
    [InlineData("--nodes", "100000")]
    [InlineData("--port", "0x50")]
    [InlineData("--port", "-5")]
    [InlineData("--port", "65534")] // The nodes' ports would lie beyond the last port there is.
    [InlineData("--port", "70000")]
    [InlineData("unexpected", "words")]
    public async Task An_option_that_makes_no_sense_is_refused_and_named(string option, string value)
    {
        var (exitCode, text) = await RunAsync(option, value, "--ephemeral");

        Assert.NotEqual(0, exitCode);
        Assert.True(text.Contains(option.TrimStart('-'), StringComparison.OrdinalIgnoreCase), $"Expected '{option}' to be named:\n{text}");
        ShouldShowNoInsides(text);
    }

    [Fact]
    public async Task A_data_folder_that_cannot_be_made_is_told()
    {
        var file = Path.Combine(_folder.Path, "file");
        await File.WriteAllTextAsync(file, "in the way");
        var port = LoopbackPorts.FreeRange(NodeCount + 1);

        var (exitCode, text) = await RunAsync("--nodes", $"{NodeCount}", "--port", $"{port}", "--data", Path.Combine(file, "data"));

        Assert.NotEqual(0, exitCode);
        Assert.Contains(file, text, StringComparison.Ordinal);
        ShouldShowNoInsides(text);
    }

    [Theory]
    [InlineData("3")]
    [InlineData("[{\"number\":1},{\"number\":2},{\"number\":4,\"zone\":\"b\"}]")]
    public async Task Another_number_of_nodes_than_the_data_is_of_is_refused(string remembered)
    {
        var data = Directory.CreateDirectory(Path.Combine(_folder.Path, "data")).FullName;
        await File.WriteAllTextAsync(Path.Combine(data, "nodes"), remembered);
        var port = LoopbackPorts.FreeRange(NodeCount + 1);

        var (exitCode, text) = await RunAsync("--nodes", $"{NodeCount}", "--port", $"{port}", "--data", data);

        Assert.NotEqual(0, exitCode);
        Assert.Contains("3 nodes", text, StringComparison.Ordinal);
        Assert.Contains("--data", text, StringComparison.Ordinal);
        ShouldShowNoInsides(text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("[]")]
    [InlineData("[{\"number\":1},{\"number\":1}]")]
    [InlineData("[{\"number\":33}]")]
    [InlineData("[null]")]
    [InlineData("five")]
    public async Task A_list_of_nodes_that_cannot_be_understood_is_told(string remembered)
    {
        var data = Directory.CreateDirectory(Path.Combine(_folder.Path, "data")).FullName;
        var file = Path.Combine(data, "nodes");
        await File.WriteAllTextAsync(file, remembered);

        var (exitCode, text) = await RunAsync("--port", $"{LoopbackPorts.FreeRange(NodeCount + 1)}", "--data", data);

        Assert.NotEqual(0, exitCode);
        Assert.Contains(file, text, StringComparison.Ordinal);
        ShouldShowNoInsides(text);
    }

    [Theory]
    [InlineData("join")]
    [InlineData("leave", "node-2")]
    public async Task Without_a_running_cluster_there_is_nothing_to_join_or_leave(params string[] arguments)
    {
        var port = LoopbackPorts.FreeRange(1);

        var (exitCode, text) = await RunAsync([.. arguments, "--port", $"{port}"]);

        Assert.NotEqual(0, exitCode);
        Assert.Contains($"No local cluster answers at http://127.0.0.1:{port}.", text, StringComparison.Ordinal);
        ShouldShowNoInsides(text);
    }

    private static void ShouldShowNoInsides(string text)
    {
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Unhandled exception", text, StringComparison.Ordinal);
    }

    private Task<(int ExitCode, string Text)> RunAsync(params string[] arguments) => LocalClusterProcess.RunAsync(_folder, arguments);

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();
}
