using System.Net;
using System.Net.Sockets;
using DaprDynamo.IntegrationTests.Processes;
using Xunit;

namespace DaprDynamo.IntegrationTests.LocalCluster;

/// <summary>What the one-command start says when it cannot do as it is told: one clear sentence and no insides.</summary>
public sealed class LocalClusterRefusalTests : IDisposable
{
    private const int NodeCount = 5;

    private static readonly TimeSpan ExitLimit = TimeSpan.FromSeconds(60);

    private readonly TempFolder _folder = new();

    [Fact]
    public async Task Its_help_names_every_option()
    {
        var (exitCode, text) = await RunAsync("--help");

        Assert.Equal(0, exitCode);
        Assert.All(["--nodes", "--port", "--data", "--ephemeral"], option => Assert.Contains(option, text, StringComparison.Ordinal));
    }

    [Theory]
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

    private static void ShouldShowNoInsides(string text)
    {
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Unhandled exception", text, StringComparison.Ordinal);
    }

    private async Task<(int ExitCode, string Text)> RunAsync(params string[] arguments)
    {
        await using var process = LocalClusterProcess.Start(_folder, arguments);
        var exitCode = await process.WaitForExitAsync(ExitLimit);
        return (exitCode, process.Output.ToString());
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();
}
