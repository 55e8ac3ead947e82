using DaprDynamo.Cluster.Operations;

namespace DaprDynamo.Node.Telemetry;

/// <summary>How a client's request ended, for whoever counts.</summary>
/// <param name="Status">What came of it, in a word.</param>
/// <param name="IsFailure">Whether the store failed its client; what the client itself got wrong, or did not wait for, is no failure.</param>
internal readonly record struct RequestOutcome(string Status, bool IsFailure)
{
    internal static RequestOutcome Of(OperationStatus status) => new(
        status.ToString(),
        status is OperationStatus.QuorumNotReached or OperationStatus.Overloaded or OperationStatus.StoreFull or OperationStatus.Failed);

    /// <summary>The outcome of an operation that ended in an exception.</summary>
    internal static RequestOutcome Of(Exception failure) => failure is OperationCanceledException ? new("GivenUp", IsFailure: false) : Of(OperationStatus.Failed);

    internal static RequestOutcome Of(OperationTrace trace) => trace.Result is { } result ? Of(result.Status) : Of(trace.Failure!);
}
