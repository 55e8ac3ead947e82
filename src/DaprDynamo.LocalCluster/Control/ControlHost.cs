using System.Net;
using DaprDynamo.LocalCluster.Nodes;
using DaprDynamo.ServiceDefaults.Startup;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace DaprDynamo.LocalCluster.Control;

/// <summary>
/// The control API on the cluster's first port: <c>GET /local/nodes</c>, <c>POST /local/nodes?zone=</c>,
/// <c>DELETE /local/nodes/{id}</c>. For this machine only.
/// </summary>
internal static class ControlHost
{
    /// <summary>Where the API is found.</summary>
    internal const string Path = "/local/nodes";

    /// <summary>Starts to listen.</summary>
    /// <exception cref="StartupFailureException">The port cannot be had.</exception>
    internal static async Task<WebApplication> StartAsync(LocalClusterOptions options, LocalNodes nodes, CancellationToken cancellationToken)
    {
        // Empty: what the environment says of addresses is meant for no part of this process.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, options.Port);
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, OwnedLifetime>();
        var app = builder.Build();
        app.Use(TellFailuresAsync);
        app.Use(OwnOriginOnly.InvokeAsync);
        Map(app, nodes);
        try
        {
            await app.StartAsync(cancellationToken);
            return app;
        }
        catch (Exception failure)
        {
            await app.DisposeAsync();
            if (StartupFailure.From(failure, [options.ControlAddress]) is { } described)
            {
                throw new StartupFailureException(described.Sentence, described.ExitCode, failure);
            }

            throw;
        }
    }

    private static void Map(WebApplication app, LocalNodes nodes)
    {
        app.MapGet(Path, async (CancellationToken cancellationToken) =>
            Results.Ok((await nodes.ReadAsync(cancellationToken)).Select(report => report.ToResponse())));

        // A change that has begun goes on when whoever asked for it has gone.
        app.MapPost(Path, async (string? zone) => await nodes.AddAsync(zone, CancellationToken.None) switch
        {
            ({ } node, _) => Results.Json(new NodeReport(node, null).ToResponse(), statusCode: StatusCodes.Status202Accepted),
            var (_, refusal) => Refused(refusal!),
        });
        app.MapDelete(Path + "/{id}", async (string id) => await nodes.LeaveAsync(id, CancellationToken.None) is { } refusal
            ? Refused(refusal)
            : Results.StatusCode(StatusCodes.Status202Accepted));
    }

    private static async Task TellFailuresAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
#pragma warning disable CA1031 // Whoever asked is told that it failed, the console what it was; the nodes go on.
        catch (Exception failure) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync(failure.ToString());
            await Results.Problem("The cluster could not do it. Its console tells more.", statusCode: StatusCodes.Status500InternalServerError).ExecuteAsync(context);
        }
#pragma warning restore CA1031
    }

    private static IResult Refused(Refusal refusal) => Results.Problem(refusal.Sentence, statusCode: refusal.Status);
}
