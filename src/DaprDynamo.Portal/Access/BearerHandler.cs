using System.Text.Encodings.Web;
using DaprDynamo.Portal.Hubs;
using DaprDynamo.Portal.Proxy;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace DaprDynamo.Portal.Access;

/// <summary>Lets programs in that show a token (RFC 6750): in the header, or where browsers cannot set one, at the hub, in the query.</summary>
internal sealed class BearerHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, Tokens tokens)
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

    protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(
        ShownBy(Request) is not { } token ? AuthenticateResult.NoResult()
        : tokens.UserOf(token, SchemeName) is { } user ? AuthenticateResult.Success(new AuthenticationTicket(user, SchemeName))
        : AuthenticateResult.Fail("The token is nobody's."));

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) => Problem.Unauthorized.WriteAsync(Context);

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => Problem.OnlyLooking.WriteAsync(Context);
}
