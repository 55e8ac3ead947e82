namespace DaprDynamo.Portal.Live;

/// <summary>
/// Says when a trouble is worth a line in the log: once, when it has lasted for a while. Nodes that start beside the portal are not there
/// at first, and that is no trouble.
/// </summary>
/// <param name="patience">How long it must last.</param>
/// <param name="time">Tells the time.</param>
internal sealed class LastingTrouble(TimeSpan patience, TimeProvider time)
{
    private long? _since;
    private bool _isTold;

    /// <summary>Takes note that the trouble is there; whether it is to be told now.</summary>
    internal bool IsToBeTold()
    {
        _since ??= time.GetTimestamp();
        if (_isTold || time.GetElapsedTime(_since.Value) < patience)
        {
            return false;
        }

        return _isTold = true;
    }

    /// <summary>Takes note that it is over.</summary>
    internal void End() => (_since, _isTold) = (null, false);
}
