using System.Collections.Immutable;
using DaprDynamo.Cluster.Operations;
using DaprDynamo.Cluster.Peers;
using DaprDynamo.Contracts.Telemetry;
using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;
using DaprDynamo.Node;
using DaprDynamo.Node.Telemetry;
using DaprDynamo.Tests.Cluster;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace DaprDynamo.Tests.Node.Telemetry;

public sealed class RequestRecorderTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly EventBuffer _events = new(4096);
    private readonly RequestRecorder _recorder;

    public RequestRecorderTests() => _recorder = new RequestRecorder(new NodeOptions { NodeId = "node-1" }, _events, _time, NullLogger<RequestRecorder>.Instance);

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
        Assert.InRange(kept.Count, 202, 602);
        Assert.Single(kept, request => request.IsFailure);
        Assert.Single(kept, request => request.DurationMs >= 300);
    }

    [Fact]
    public async Task A_request_that_the_client_gave_up_is_told_and_one_that_threw_is_a_failure()
    {
        await Assert.ThrowsAsync<OperationCanceledException>(() => RunAsync(OperationStatus.Found, callAsync: () => throw new OperationCanceledException()));
        await Assert.ThrowsAsync<FormatException>(() => RunAsync(OperationStatus.Found, callAsync: () => throw new FormatException()));
        _time.Advance(TimeSpan.FromSeconds(1));
        _recorder.TakeDone();

        Assert.Equal([("GivenUp", false), ("Failed", true)], Kept().Select(request => (request.Status, request.IsFailure)));
        Assert.Equal("node-1", Kept()[0].Coordinator);
    }

    [Fact]
    public async Task Where_very_many_run_calls_are_no_longer_noted_but_failures_are_told_all_the_same()
    {
        for (var request = 0; request < 20_000; request++)
        {
            await RunAsync(OperationStatus.Found, callAsync: CallAsync);
        }

        for (var request = 0; request < 20; request++)
        {
            await RunAsync(OperationStatus.QuorumNotReached, callAsync: CallAsync);
        }

        _time.Advance(TimeSpan.FromSeconds(1));
        _recorder.TakeDone();

        var failures = Kept().Where(request => request.IsFailure).ToList();
        Assert.Equal(20, failures.Count);
        Assert.Contains(failures, request => !request.HasCallsNoted && request.Calls.Count == 0);
        Assert.All(Kept().Where(request => request.HasCallsNoted), request => Assert.Single(request.Calls));

        static Task CallAsync() =>
            OperationTrace.CallAsync("node-2", CallKind.Read, null, isHedge: false, () => Task.FromResult<PeerAnswer>(new ReplicaRead(DottedVersionVectorSet.Empty)));
    }

    [Fact]
    public async Task What_waits_to_be_told_is_bounded_and_the_last_of_the_room_is_for_failures()
    {
        for (var second = 0; second < 20; second++)
        {
            for (var request = 0; request < 1000; request++)
            {
                await RunAsync(OperationStatus.Found);
            }

            _time.Advance(TimeSpan.FromSeconds(1));
        }

        for (var request = 0; request < 5000; request++)
        {
            await RunAsync(OperationStatus.QuorumNotReached);
        }

        _time.Advance(TimeSpan.FromSeconds(2));
        _recorder.TakeDone();
        Assert.Equal(4096, Kept().Count);
        Assert.InRange(Kept().Count(request => request.IsFailure), 2048, 4096);
        Assert.Equal(25_000, Kept().Count + _recorder.SampledOut);
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
