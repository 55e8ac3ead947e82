using System.Collections.Immutable;
using DaprDynamo.Cluster.Operations;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Contracts.Telemetry;
using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;
using DaprDynamo.Node.Telemetry;
using DaprDynamo.Tests.Cluster;
using Xunit;

namespace DaprDynamo.Tests.Node.Telemetry;

public sealed class RequestRecorderTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly EventBuffer _events = new(4096);
    private readonly RequestRecorder _recorder;

    public RequestRecorderTests() => _recorder = new RequestRecorder(_events, _time);

    [Fact]
    public async Task Above_a_rate_requests_are_counted_only_but_every_failure_and_every_slow_one_is_kept()
    {
        for (var request = 0; request < 1000; request++)
        {
            await RunAsync(OperationStatus.Found);
        }

        await RunAsync(OperationStatus.QuorumNotReached);
        await RunAsync(OperationStatus.Found, tookMs: 300);
        _time.Advance(TimeSpan.FromSeconds(2));
        _recorder.TakeDone();

        var kept = Kept();
        Assert.Equal(1002, kept.Count + _recorder.SampledOut);
        Assert.InRange(kept.Count, 202, 402);
        Assert.Single(kept, request => request.IsFailure);
        Assert.Single(kept, request => request.DurationMs >= 300);
    }

    [Fact]
    public async Task A_request_is_told_when_its_late_calls_have_ended_too()
    {
        var late = new TaskCompletionSource<PeerAnswer>();
        await RunAsync(OperationStatus.Found, call: () => _ = OperationTrace.CallAsync("node-2", CallKind.Read, null, isHedge: true, () => late.Task));
        _time.Advance(TimeSpan.FromMilliseconds(100));
        _recorder.TakeDone();
        Assert.Empty(Kept());

        late.SetResult(new ReplicaRead(DottedVersionVectorSet.Empty));
        _recorder.TakeDone();
        var call = Assert.Single(Assert.Single(Kept()).Calls);
        Assert.Equal(("node-2", "Read", true, "Ok", 0), (call.NodeId, call.Kind, call.IsHedge, call.Outcome, call.Siblings));
        Assert.Equal(100, call.DurationMs!.Value, 3);
    }

    [Fact]
    public async Task A_call_that_never_ends_is_not_waited_for_for_ever()
    {
        await RunAsync(OperationStatus.Found, call: () => _ = OperationTrace.CallAsync("node-2", CallKind.Read, null, isHedge: false, () => new TaskCompletionSource<PeerAnswer>().Task));
        _time.Advance(TimeSpan.FromSeconds(1));
        _recorder.TakeDone();
        var call = Assert.Single(Assert.Single(Kept()).Calls);
        Assert.Null(call.Outcome);
        Assert.Null(call.DurationMs);
    }

    [Fact]
    public async Task The_quorum_is_reached_with_the_answer_that_completes_it_not_with_the_last()
    {
        await RunAsync(OperationStatus.Found, needed: 2, callAsync: async () =>
        {
            foreach (var nodeId in new[] { "node-1", "node-2", "node-3" })
            {
                await OperationTrace.CallAsync(nodeId, CallKind.Read, null, isHedge: false, () =>
                {
                    _time.Advance(TimeSpan.FromMilliseconds(10));
                    return Task.FromResult<PeerAnswer>(new ReplicaRead(DottedVersionVectorSet.Empty));
                });
            }
        });
        _time.Advance(TimeSpan.FromMilliseconds(100));
        _recorder.TakeDone();
        Assert.Equal(20, Assert.Single(Kept()).QuorumMs!.Value, 3);
    }

    public void Dispose() => _recorder.Dispose();

    private Task<OperationResult> RunAsync(OperationStatus status, int tookMs = 0, int needed = 1, Action? call = null, Func<Task>? callAsync = null) => OperationTrace.RecordAsync(
        _recorder,
        new GetKey(Key.FromText("cart"), null),
        isForwarded: false,
        _time,
        async () =>
        {
            call?.Invoke();
            await (callAsync?.Invoke() ?? Task.CompletedTask);
            _time.Advance(TimeSpan.FromMilliseconds(tookMs));
            return new OperationResult(status, "node-1") { Answered = ImmutableArray.Create("node-1"), Needed = needed, Replicas = 3 };
        });

    private List<RequestEvent> Kept() => [.. _events.Read(0, 4096).Events.OfType<RequestEvent>()];
}
