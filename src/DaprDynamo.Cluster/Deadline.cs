namespace DaprDynamo.Cluster;

/// <summary>The moment by which a request must be answered, on the monotonic clock of one <see cref="TimeProvider"/>.</summary>
/// <param name="Timestamp">A timestamp of the <see cref="TimeProvider"/>.</param>
public readonly record struct Deadline(long Timestamp)
{
    /// <summary>The moment a while from now.</summary>
    public static Deadline After(TimeSpan wait, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return new(time.GetTimestamp() + (long)(wait.TotalSeconds * time.TimestampFrequency));
    }

    /// <summary>How long is left; zero when the moment has passed.</summary>
    public TimeSpan Remaining(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        var left = time.GetElapsedTime(time.GetTimestamp(), Timestamp);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>A source whose token is cancelled when the moment comes, or with the other token.</summary>
    public CancellationTokenSource ToCancellation(TimeProvider time, CancellationToken other = default)
    {
        var source = new CancellationTokenSource(Remaining(time), time);
        if (!other.CanBeCanceled)
        {
            return source;
        }

        // The registration ends with the source: linked sources would need a second object to keep alive.
        return new LinkedDeadlineSource(source, other);
    }

    private sealed class LinkedDeadlineSource : CancellationTokenSource
    {
        private readonly CancellationTokenSource _deadline;
        private readonly CancellationTokenRegistration _fromDeadline;
        private readonly CancellationTokenRegistration _fromOther;

        public LinkedDeadlineSource(CancellationTokenSource deadline, CancellationToken other)
        {
            _deadline = deadline;
            _fromDeadline = deadline.Token.UnsafeRegister(static self => ((LinkedDeadlineSource)self!).Cancel(), this);
            _fromOther = other.UnsafeRegister(static self => ((LinkedDeadlineSource)self!).Cancel(), this);
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _fromDeadline.Dispose();
                _fromOther.Dispose();
                _deadline.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
