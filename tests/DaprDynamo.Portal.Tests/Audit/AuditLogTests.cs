using DaprDynamo.IntegrationTests.Processes;
using DaprDynamo.Portal.Audit;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace DaprDynamo.Portal.Tests.Audit;

public sealed class AuditLogTests : IDisposable
{
    private readonly TempFolder _folder = new();

    [Fact]
    public async Task What_was_done_is_there_after_a_restart_the_latest_first()
    {
        using (var log = Open())
        {
            await log.WriteAsync("operator", "node-2 leaves", "begun");
            await log.WriteAsync("operator", "put key ü\"\n", "done");
            Assert.Equal(2, log.Version);
        }

        using var again = Open();
        Assert.Equal([("put key ü\"\n", "done"), ("node-2 leaves", "begun")], (await again.ReadLatestAsync(10)).Select(entry => (entry.What, entry.Outcome)));
        Assert.Equal("put key ü\"\n", Assert.Single(await again.ReadLatestAsync(1)).What);
    }

    [Fact]
    public async Task A_line_that_a_crash_cut_short_is_left_out()
    {
        using var log = Open();
        await log.WriteAsync("operator", "whole", "done");
        await File.AppendAllTextAsync(Path.Combine(_folder.Path, "audit.jsonl"), """{"at":"2026-01-01T00:00:00+00:00","who":"oper""");
        Assert.Equal("whole", Assert.Single(await log.ReadLatestAsync(10)).What);
    }

    [Fact]
    public async Task A_large_file_makes_room_for_a_new_one_and_is_still_read()
    {
        using var log = Open();
        await log.WriteAsync("operator", "first", new string('x', 6 * 1024 * 1024));
        await log.WriteAsync("operator", "second", "done");
        Assert.True(File.Exists(Path.Combine(_folder.Path, "audit.1.jsonl")));
        Assert.Equal(["second", "first"], (await log.ReadLatestAsync(10)).Select(entry => entry.What));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_stops_nobody()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.Path, "file"), "");
        using var log = new AuditLog(new PortalOptions { DataDirectory = Path.Combine(_folder.Path, "file", "below") }, TimeProvider.System, NullLogger<AuditLog>.Instance);
        await log.WriteAsync("operator", "anything", "done");
        Assert.Empty(await log.ReadLatestAsync(10));
    }

    public void Dispose() => _folder.Dispose();

    private AuditLog Open() => new(new PortalOptions { DataDirectory = _folder.Path }, TimeProvider.System, NullLogger<AuditLog>.Instance);
}
