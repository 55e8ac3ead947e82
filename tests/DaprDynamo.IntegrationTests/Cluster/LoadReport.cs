using System.Globalization;
using System.Text;

namespace DaprDynamo.IntegrationTests.Cluster;

/// <summary>One request of a load.</summary>
/// <param name="Phase">What went on in the cluster.</param>
/// <param name="IsWrite">Whether it wrote.</param>
/// <param name="Status">The answer's status; 0 without one.</param>
/// <param name="SentAt">When it was sent, since the load was made.</param>
/// <param name="TookMs">How long it took.</param>
internal sealed record LoadSample(string Phase, bool IsWrite, int Status, TimeSpan SentAt, double TookMs)
{
    internal bool HasFailed => Status is not (200 or 201);
}

/// <summary>What a load came to: for each phase a line in all, and one over time.</summary>
internal static class LoadReport
{
    internal const int SlicesMax = 12;
    private const int SliceSecondsMin = 5;

    internal static string Of(IReadOnlyCollection<LoadSample> samples)
    {
        var report = new StringBuilder("phase                            reads  failed    p50 ms    p99 ms |   writes  failed    p50 ms    p99 ms\n");
        foreach (var phase in samples.GroupBy(sample => sample.Phase))
        {
            report.Append(CultureInfo.InvariantCulture, $"{phase.Key,-30}");
            foreach (var isWrite in (bool[])[false, true])
            {
                var some = phase.Where(sample => sample.IsWrite == isWrite).ToList();
                report.Append(
                    CultureInfo.InvariantCulture,
                    $"{some.Count,8}{some.Count(sample => sample.HasFailed),8}{TookAt(some, 0.5),10:0.0}{TookAt(some, 0.99),10:0.0}{(isWrite ? "" : " |")}");
            }

            report.AppendLine().AppendLine(OverTime([.. phase]));
        }

        return report.ToString();
    }

    /// <summary>Slices of a few seconds, longer ones for a long phase, each as: requests, how many failed, p99 of reads and of writes.</summary>
    private static string OverTime(List<LoadSample> phase)
    {
        var begin = phase.Min(sample => sample.SentAt);
        var seconds = Math.Max(SliceSecondsMin, (int)Math.Floor((phase.Max(sample => sample.SentAt) - begin).TotalSeconds / SlicesMax) + 1);
        var slices = phase.GroupBy(sample => (int)((sample.SentAt - begin).TotalSeconds / seconds)).OrderBy(slice => slice.Key).Select(slice => string.Create(
            CultureInfo.InvariantCulture,
            $"{slice.Key * seconds} s: {slice.Count()}, {slice.Count(sample => sample.HasFailed)} failed, {P99Of(slice, isWrite: false):0}/{P99Of(slice, isWrite: true):0} ms"));
        return $"  over time, p99 of reads/writes | {string.Join(" | ", slices)}";
    }

    private static double P99Of(IEnumerable<LoadSample> samples, bool isWrite) => TookAt(samples.Where(sample => sample.IsWrite == isWrite), 0.99);

    private static double TookAt(IEnumerable<LoadSample> samples, double share)
    {
        var took = samples.Select(sample => sample.TookMs).Order().ToList();
        return took.Count == 0 ? 0 : took[(int)((took.Count - 1) * share)];
    }
}
