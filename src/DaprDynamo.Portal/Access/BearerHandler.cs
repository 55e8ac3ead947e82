using System.Text.Encodings.Web;
using DaprDynamo.Portal.Audit;
using DaprDynamo.Portal.Hubs;
using DaprDynamo.Portal.Proxy;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace DaprDynamo.Portal.Access;

/// <summary>
/// Lets programs in that show a token (RFC 6750): in the header, or where browsers cannot set one, at the hub, in the query. Wrong ones
/// lock an address out as they do on the sign-in page, or the lock there would stop nobody.
/// </summary>
internal sealed class BearerHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, Tokens tokens, SignInAttempts attempts, AuditLog audit)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    internal const string SchemeName = "bearer";

    private const string Prefix = "Bearer ";
    private const string QueryParameter = "access_token";

    /// <summary>The token that a request shows; null when it shows none.</summary>
    internal static string? ShownBy(HttpRequest request) =>
        request.Headers.Authorization is [{ } header] && header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? header[Prefix.Length..].Trim()
        : request.Path.StartsWithSegments(ClusterHub.Path, StringComparison.Ordinal) && request.Query[QueryParameter] is [{ Length: > 0 } token] ? token
        : null;

    /// <summary>What to tell a program that was not let in.</summary>
    internal static Problem RefusalOf(HttpContext context) =>
        context.Features.Get<Refused>() is { LockedFor: { } left } ? Problem.LockedOut(Math.Max(1, (int)Math.Ceiling(left.TotalSeconds))) : Problem.Unauthorized;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (ShownBy(Request) is not { } token)
        {
            return AuthenticateResult.NoResult();
        }

        // A request that is handled a second time, for the page that tells of its failure, is one guess.
        if (Context.Features.Get<Refused>() is not null)
        {
            return AuthenticateResult.Fail("The token was refused before.");
        }

        var address = ClientAddress.Of(Context.Connection.RemoteIpAddress).ToString();
        if (attempts.LockedFor(address) is { } left)
        {
            Context.Features.Set(new Refused(left));
            return AuthenticateResult.Fail("The address is locked out.");
        }

        if (tokens.UserOf(token, SchemeName) is { } user)
        {
            return AuthenticateResult.Success(new AuthenticationTicket(user, SchemeName));
        }

        var isLocked = attempts.Failed(address);
        Context.Features.Set(new Refused(isLocked ? attempts.LockedFor(address) : null));
        await audit.WriteAsync(address, "show a token", isLocked ? "wrong token, locked out" : "wrong token");
        return AuthenticateResult.Fail("The token is nobody's.");
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) => RefusalOf(Context).WriteAsync(Context);

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => Problem.OnlyLooking.WriteAsync(Context);

    /// <summary>The request's token was refused.</summary>
    /// <param name="LockedFor">How long the address is locked out; null when it may try again.</param>
    private sealed record Refused(TimeSpan? LockedFor);
}
