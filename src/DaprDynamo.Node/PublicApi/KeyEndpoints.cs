using System.Diagnostics;
using DaprDynamo.Cluster;
using DaprDynamo.Cluster.Operations;
using DaprDynamo.Contracts.PublicApi;
using DaprDynamo.Node.Hosting;
using DaprDynamo.Node.Telemetry;
using DaprDynamo.Transport.Endpoints;

namespace DaprDynamo.Node.PublicApi;

/// <summary>The public key API: <c>/v1/{key}</c>.</summary>
internal sealed class KeyEndpoints(NodeOptions options, RunningNode running, OperationMetrics metrics, TimeProvider time, ILogger<KeyEndpoints> logger)
{
    private readonly KeyRequest _request = new(options.ClusterName);
    private readonly KeyAnswer _answer = new(options.ClusterName, running);
    private readonly TimeSpan _timeout = TimeSpan.FromMilliseconds(options.RequestTimeoutMs);

    internal void Map(IEndpointRouteBuilder routes)
    {
        foreach (var verb in KeyApiDescription.Verbs)
        {
            // As a delegate of any kind: endpoints made of a RequestDelegate are left out of the OpenAPI document.
            verb.Describe(routes.MapMethods(KeyApi.PathPrefix + "{key}", [verb.Method], (Delegate)HandleAsync))
                .RequireRateLimiting(RequestLimit.Policy);
        }
    }

    private async Task HandleAsync(HttpContext context)
    {
        if (options.ApiToken.Length > 0 && !PeerToken.IsShownBy(context.Request.Headers.Authorization, options.ApiToken))
        {
            await Problem.Unauthorized.WriteAsync(context);
            return;
        }

        var (operation, problem) = await _request.ReadAsync(context);
        if (operation is null)
        {
            await problem!.WriteAsync(context);
            return;
        }

        var started = time.GetTimestamp();
        OperationResult result;
        try
        {
            result = await running.Node.ExecuteAsync(operation, Deadline.After(_timeout, time), context.RequestAborted);
        }
        catch (Exception failure)
        {
            metrics.Record(OperationMetrics.VerbOf(operation), RequestOutcome.Of(failure), time.GetElapsedTime(started));
            throw;
        }

        var took = time.GetElapsedTime(started);
        metrics.Record(OperationMetrics.VerbOf(operation), RequestOutcome.Of(result.Status), took);
        Log(operation, result, took);
        await _answer.WriteAsync(context, operation, result);
    }

    private void Log(KeyOperation operation, OperationResult result, TimeSpan took)
    {
        var isFailure = RequestOutcome.Of(result.Status).IsFailure;
        var level = isFailure ? LogLevel.Warning : LogLevel.Debug;
        if (logger.IsEnabled(level))
        {
            logger.Log(
                level,
                "{Verb} of key {KeyHash}: {Status}, {Answered} of {Replicas} answered, {Needed} needed, coordinated by {Coordinator} in {TookMs:0.0} ms",
                OperationMetrics.VerbOf(operation), operation.Key.HashText, result.Status, result.Answered.Length, result.Replicas, result.Needed, result.Coordinator, took.TotalMilliseconds);
        }

        Activity.Current?.SetTag("dynamo.key_hash", operation.Key.HashText).SetTag("dynamo.status", result.Status.ToString());
    }
}
