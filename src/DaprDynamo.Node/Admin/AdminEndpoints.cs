using System.Diagnostics.CodeAnalysis;
using DaprDynamo.Contracts.Admin;
using DaprDynamo.Contracts.PublicApi;
using DaprDynamo.Core.Membership;
using DaprDynamo.Core.Ring;
using DaprDynamo.Node.Hosting;
using DaprDynamo.Node.PublicApi;
using DaprDynamo.Node.Telemetry;
using DaprDynamo.Transport;
using DaprDynamo.Transport.Endpoints;

namespace DaprDynamo.Node.Admin;

/// <summary>What an operator, or the portal, asks a node: <c>/admin/...</c>. Behind the cluster token when there is one.</summary>
internal sealed class AdminEndpoints(
    RunningNode running, StatsReport stats, ReplicaReport replica, KeysReport keys, PlanReport plan, Rebalancing rebalancing, TelemetryEndpoints telemetry, TransportOptions transport)
{
    internal void Map(IEndpointRouteBuilder routes)
    {
        var admin = routes.MapGroup("/admin").WithTags("Admin").AddEndpointFilter(RequireTokenAsync);
        admin.MapGet("/ring", GetRing).WithSummary("The ring: members, tokens, preference lists, and where a key lies");
        admin.MapGet("/members", GetMembers).WithSummary("The members and how this node finds them");
        admin.MapGet("/replica", GetReplicaAsync).WithSummary("What this node itself keeps of a key, without asking any other");
        admin.MapGet("/keys", GetKeysAsync).WithSummary("Keys of the whole cluster, by prefix, a page at a time");
        admin.MapGet("/plan", GetPlanAsync).WithSummary("What a join, leave, removal, replacement or rebalance would do; changes nothing");
        admin.MapPost("/leave", Leave).WithSummary("This node hands its partitions over and leaves the cluster");
        admin.MapPost("/members/{id}/remove", RemoveAsync).WithSummary("Takes a dead member out; force=true also one that answers");
        admin.MapPost("/rebalance", RebalanceAsync).WithSummary("Makes the members' loads even");
        admin.MapGet("/stats", stats.ReadAsync).WithSummary("What this node has done since it started");
        telemetry.Map(routes.MapGroup("/telemetry").WithTags("Telemetry").AddEndpointFilter(RequireTokenAsync));
    }

    private IResult GetRing(string? key = null)
    {
        var view = running.Membership.Current;
        if (key is null)
        {
            return Results.Ok(RingReport.Of(view, null));
        }

        return TryParse(key, out var parsed) ? Results.Ok(RingReport.Of(view, parsed)) : BadKey;
    }

    private async Task<IResult> GetReplicaAsync(CancellationToken cancellationToken, string? key = null) =>
        TryParse(key, out var parsed) ? Results.Ok(await replica.ReadAsync(parsed, cancellationToken)) : BadKey;

    private async Task<IResult> GetKeysAsync(CancellationToken cancellationToken, string? prefix = null, string? after = null, int limit = KeysReport.LimitDefault)
    {
        Key? first = null;
        Key? known = null;
        return limit is < 1 or > Cluster.StorageNode.KeysAPageMax ? new ProblemResult(Problem.BadRequest("The query parameter 'limit' is 1 to 500."))
            : (string.IsNullOrEmpty(prefix) || TryParse(prefix, out first)) && (string.IsNullOrEmpty(after) || TryParse(after, out known))
                ? Results.Ok(await keys.ReadAsync(first, known, limit, cancellationToken))
                : new ProblemResult(Problem.BadKey("The query parameters 'prefix' and 'after' are at most 1,024 bytes of UTF-8."));
    }

    private static ProblemResult BadKey => new(Problem.BadKey("The query parameter 'key' is 1 to 1,024 bytes of UTF-8."));

    private static bool TryParse(string? text, [NotNullWhen(true)] out Key? key) =>
        Key.TryFromUtf8(System.Text.Encoding.UTF8.GetBytes(text ?? ""), out key);

    private MembersResponse GetMembers() => MembersReport.Of(running, rebalancing);

    private async Task<IResult> GetPlanAsync(
        CancellationToken cancellationToken,
        string? join = null,
        string? zone = null,
        string? leave = null,
        string? remove = null,
        string? replace = null,
        string? by = null,
        bool rebalance = false)
    {
        if (NoCluster is { } lost)
        {
            return lost;
        }

        try
        {
            return Results.Ok(await plan.ReadAsync(new(join, zone, leave, remove, replace, by, rebalance), cancellationToken));
        }
        catch (ArgumentException nonsense)
        {
            return new ProblemResult(Problem.BadRequest(nonsense.Message));
        }
        catch (InvalidOperationException conflict)
        {
            return new ProblemResult(Problem.Conflict(conflict.Message));
        }
    }

    private IResult Leave()
    {
        var view = running.Membership.Current;
        var own = view.Members.GetValueOrDefault(running.Membership.SelfId);
        if (own?.State is not (MemberState.Ready or MemberState.Leaving))
        {
            return new ProblemResult(Problem.Conflict($"The node is {own?.State.ToString() ?? "no member"}: only a member that is Ready can leave."));
        }

        if (own.State == MemberState.Ready && view.Ring.To.Members.Length < 2)
        {
            return new ProblemResult(Problem.Conflict("The last member cannot leave: nobody is left to take over."));
        }

        running.Node.Leave();
        return Begun($"{own.NodeId} leaves as soon as no other change is under way. See /admin/members for how far it is.");
    }

    private async Task<IResult> RemoveAsync(string id, bool force = false)
    {
        if (NoCluster is { } lost)
        {
            return lost;
        }

        if (await running.Node.RemoveAsync(id, force) is not { } objection)
        {
            return Begun($"The others take over what {id} kept. See /admin/members for how far they are.");
        }

        var isMember = running.Membership.Current.Members.GetValueOrDefault(id) is { IsPresent: true };
        return new ProblemResult(isMember ? Problem.Conflict(objection) : new Problem(StatusCodes.Status404NotFound, ProblemTypes.NoSuchPath, objection));
    }

    private async Task<IResult> RebalanceAsync() => NoCluster ?? await rebalancing.BeginAsync() switch
    {
        ({ } nodeId, _) => Begun($"{nodeId} claims more of the ring, and others after it, until the ring is even."),
        (_, { } objection) => new ProblemResult(Problem.Conflict(objection)),
        _ => Results.Ok(new ChangeResponse("The ring is even: there is nothing to do.")),
    };

    /// <summary>The answer of a node that belongs to no cluster yet: there is no ring to change. Null when there is.</summary>
    private ProblemResult? NoCluster => running.Membership.Current.Members.IsEmpty
        ? new(Problem.Conflict(running.Node.Trouble ?? "The node belongs to no cluster yet."))
        : null;

    private static IResult Begun(string message) => Results.Json(new ChangeResponse(message), statusCode: StatusCodes.Status202Accepted);

    private async ValueTask<object?> RequireTokenAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        transport.ClusterToken is { } token && !PeerToken.IsShownBy(context.HttpContext.Request.Headers.Authorization, token)
            ? new ProblemResult(Problem.Unauthorized)
            : await next(context);

    private sealed class ProblemResult(Problem problem) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => problem.WriteAsync(httpContext);
    }
}
