using DaprDynamo.IntegrationTests.Processes;
using DaprDynamo.IntegrationTests.PublicApi;
using Xunit;
using Xunit.Abstractions;

namespace DaprDynamo.IntegrationTests.LocalCluster;

/// <summary>The one-command start: what a developer sees who tries the store for the first time.</summary>
public sealed class LocalClusterTests(ITestOutputHelper output) : IDisposable
{
    private const int NodeCount = 5;

    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(30);

    private readonly TempFolder _folder = new();
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };

    [Fact]
    public async Task It_starts_five_nodes_that_answer_a_tour_and_stops_at_an_interrupt()
    {
        var (process, port) = await LocalClusterProcess.StartReadyAsync(_folder, NodeCount, "--ephemeral");
        await using var started = process;

        await TourAsync(port, process);
        process.SendInterrupt();

        Assert.Equal(0, await process.WaitForExitAsync(StopLimit));
        ShouldShowNoStackTrace(process);
    }

    [Fact]
    public async Task It_stops_at_a_terminate_signal_too()
    {
        var (process, _) = await LocalClusterProcess.StartReadyAsync(_folder, NodeCount, "--ephemeral");
        await using var started = process;

        process.SendTerminate();

        Assert.Equal(0, await process.WaitForExitAsync(StopLimit));
        ShouldShowNoStackTrace(process);
    }

    [Fact]
    public async Task It_keeps_its_data_for_the_next_start()
    {
        var data = Path.Combine(_folder.Path, "kept");
        var (first, port) = await LocalClusterProcess.StartReadyAsync(_folder, NodeCount, "--data", data);
        await using (first)
        {
            (await ApiOf(port + 1).PostAsync("kept", "\"for the next start\"")).ShouldBeJson(201);
            first.SendInterrupt();
            Assert.Equal(0, await first.WaitForExitAsync(StopLimit));
        }

        var (second, secondPort) = await LocalClusterProcess.StartReadyAsync(_folder, NodeCount, "--data", data);
        await using (second)
        {
            for (var node = 1; node <= NodeCount; node++)
            {
                (await ApiOf(secondPort + node).GetAsync("kept")).ShouldHold("\"for the next start\"");
            }
        }
    }

    [Fact]
    public async Task An_ephemeral_cluster_leaves_nothing_behind_where_it_was_started()
    {
        var (process, port) = await LocalClusterProcess.StartReadyAsync(_folder, NodeCount, "--ephemeral");
        await using var started = process;
        (await ApiOf(port + 1).PostAsync("gone", "1")).ShouldBeJson(201);

        process.SendInterrupt();
        await process.WaitForExitAsync(StopLimit);

        // The folder is the one for temporary files too; the runtime's own are none of the product's.
        Assert.DoesNotContain(
            Directory.EnumerateFileSystemEntries(_folder.Path).Select(Path.GetFileName),
            name => !name!.StartsWith('.') && !name.StartsWith("dotnet-", StringComparison.Ordinal) && !name.StartsWith("clr-", StringComparison.Ordinal));
    }

    private async Task TourAsync(int port, ChildProcess process)
    {
        try
        {
            var key = "tour/first key";
            var (first, second, third) = (ApiOf(port + 1), ApiOf(port + 2), ApiOf(port + NodeCount));
            var clock = (await first.PostAsync(key, """{"hello":"world"}""")).ShouldBeJson(201).Clock;
            (await second.GetAsync(key)).ShouldHold("""{"hello":"world"}""");
            (await second.PutAsync(key, "1", clock)).ShouldBeJson(200);
            (await third.PutAsync(key, "2", clock)).ShouldBeJson(200);
            var merged = (await first.GetAsync(key)).ShouldHold("1", "2");
            (await third.PutAsync(key, "3", merged.Clock)).ShouldBeJson(200);
            (await second.DeleteAsync(key)).ShouldBeJson(200);
            (await first.GetAsync(key)).ShouldBeProblem(404);
            var ring = (await first.SendAsync(HttpMethod.Get, "/admin/ring")).ShouldBeJson(200);
            var members = ring.Json.GetProperty("preferenceLists").EnumerateArray().SelectMany(list => list.EnumerateArray()).Select(id => id.GetString());
            Assert.Equal(NodeCount, members.Distinct().Count());
        }
        catch
        {
            output.WriteLine(process.Output.ToString());
            throw;
        }
    }

    private static void ShouldShowNoStackTrace(ChildProcess process) =>
        Assert.False(process.Output.Contains("   at ") || process.Output.Contains("Unhandled exception"), process.Output.ToString());

    private KeyApi ApiOf(int port) => new(_http, new Uri($"http://127.0.0.1:{port}"));

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        _folder.Dispose();
    }
}
