using System.Diagnostics.CodeAnalysis;
using DaprDynamo.Cluster.Membership;
using DaprDynamo.Contracts.Admin;
using DaprDynamo.Core.Ring;
using DaprDynamo.Node.Hosting;
using DaprDynamo.Node.PublicApi;
using DaprDynamo.Transport;
using DaprDynamo.Transport.Endpoints;

namespace DaprDynamo.Node.Admin;

/// <summary>What an operator, or the portal, asks a node: <c>/admin/...</c>. Behind the cluster token when there is one.</summary>
internal sealed class AdminEndpoints(IMembership membership, RunningNode running, StatsReport stats, ReplicaReport replica, TransportOptions transport)
{
    internal void Map(IEndpointRouteBuilder routes)
    {
        var admin = routes.MapGroup("/admin").WithTags("Admin").AddEndpointFilter(RequireTokenAsync);
        admin.MapGet("/ring", GetRing).WithSummary("The ring: members, tokens, preference lists, and where a key lies");
        admin.MapGet("/members", GetMembers).WithSummary("The members and how this node finds them");
        admin.MapGet("/replica", GetReplicaAsync).WithSummary("What this node itself keeps of a key, without asking any other");
        admin.MapGet("/stats", stats.ReadAsync).WithSummary("What this node has done since it started");
    }

    private IResult GetRing(string? key = null)
    {
        var view = membership.Current;
        if (key is null)
        {
            return Results.Ok(RingReport.Of(view, null));
        }

        return TryParse(key, out var parsed) ? Results.Ok(RingReport.Of(view, parsed)) : BadKey;
    }

    private async Task<IResult> GetReplicaAsync(CancellationToken cancellationToken, string? key = null) =>
        TryParse(key, out var parsed) ? Results.Ok(await replica.ReadAsync(parsed, cancellationToken)) : BadKey;

    private static ProblemResult BadKey => new(Problem.BadKey("The query parameter 'key' is 1 to 1,024 bytes of UTF-8."));

    private static bool TryParse(string? text, [NotNullWhen(true)] out Key? key) =>
        Key.TryFromUtf8(System.Text.Encoding.UTF8.GetBytes(text ?? ""), out key);

    private MembersResponse GetMembers() => new(
    [
        .. membership.Current.Members.Values.Select(member => new MemberResponse
        {
            NodeId = member.NodeId,
            Address = member.Address.ToString(),
            Zone = member.Zone,
            State = member.State.ToString(),
            Incarnation = member.Incarnation,
            Version = member.Version,
            Health = running.Node.IsSuspect(member.NodeId) ? "Suspect" : "Up",
            IsSelf = member.NodeId == membership.SelfId,
        }),
    ]);

    private async ValueTask<object?> RequireTokenAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        transport.ClusterToken is { } token && !PeerToken.IsShownBy(context.HttpContext.Request.Headers.Authorization, token)
            ? new ProblemResult(Problem.Unauthorized)
            : await next(context);

    private sealed class ProblemResult(Problem problem) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => problem.WriteAsync(httpContext);
    }
}
