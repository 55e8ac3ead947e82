using Xunit;

namespace DaprDynamo.IntegrationTests.Cluster;

public class LoadReportTests
{
    [Fact]
    public void A_phase_is_shown_over_time()
    {
        var report = LoadReport.Of(
        [
            new("node-4 joins", IsWrite: false, 200, TimeSpan.FromSeconds(100), 3),
            new("node-4 joins", IsWrite: true, 200, TimeSpan.FromSeconds(101), 7),
            new("node-4 joins", IsWrite: true, 0, TimeSpan.FromSeconds(106), 90),
        ]);

        Assert.Contains("| 0 s: 2, 0 failed, 3/7 ms | 5 s: 1, 1 failed, 0/90 ms", report, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(60)]
    [InlineData(3_000)]
    public void However_long_a_phase_takes_its_line_stays_short(int seconds)
    {
        var report = LoadReport.Of([.. Enumerable.Range(0, seconds + 1).Select(second => new LoadSample("three nodes", false, 200, TimeSpan.FromSeconds(second), 1))]);

        Assert.InRange(report.Split(" failed, ").Length - 1, 1, LoadReport.SlicesMax);
    }
}
