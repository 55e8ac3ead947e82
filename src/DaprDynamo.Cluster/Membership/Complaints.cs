using Microsoft.Extensions.Logging;

namespace DaprDynamo.Cluster.Membership;

/// <summary>Tells the log what is wrong for as long as it is, but not all the time.</summary>
internal sealed class Complaints(TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan SameEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan OtherEvery = TimeSpan.FromSeconds(1);

    private long? _saidAt;
    private string _said = "";

    /// <summary>Warns.</summary>
    internal void Say(string sentence)
    {
        if (_saidAt is { } saidAt && time.GetElapsedTime(saidAt) < (sentence == _said ? SameEvery : OtherEvery))
        {
            return;
        }

        (_saidAt, _said) = (time.GetTimestamp(), sentence);
        logger.LogWarning("{Sentence}", sentence);
    }
}
