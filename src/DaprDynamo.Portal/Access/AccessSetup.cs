using DaprDynamo.Portal.Hubs;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace DaprDynamo.Portal.Access;

/// <summary>
/// Who may do what. Without a token everybody who can reach the portal is an operator, which is why it then listens on loopback
/// addresses only. With one, people sign in and get a cookie, and programs show the token with every request.
/// </summary>
internal static class AccessSetup
{
    internal const string OperatorRole = "operator";
    internal const string ViewerRole = "viewer";

    private const string AnyScheme = "portal";
    private static readonly TimeSpan SignedInFor = TimeSpan.FromHours(12);

    internal static void AddAccess(this IServiceCollection services)
    {
        services.AddSingleton<SignInAttempts>();
        services.AddSingleton<Tokens>();
        services.AddHostedService<ListenAddressCheck>();
        services.AddAuthentication(AnyScheme)
            .AddPolicyScheme(AnyScheme, null, static scheme => scheme.ForwardDefaultSelector = ChooseScheme)
            .AddScheme<AuthenticationSchemeOptions, OpenAccessHandler>(OpenAccessHandler.SchemeName, null)
            .AddScheme<AuthenticationSchemeOptions, BearerHandler>(BearerHandler.SchemeName, null)
            .AddCookie(static cookie =>
            {
                cookie.Cookie.Name = "daprdynamo-portal";
                cookie.Cookie.HttpOnly = true;
                cookie.Cookie.SameSite = SameSiteMode.Lax;
                cookie.ExpireTimeSpan = SignedInFor;
                cookie.SlidingExpiration = true;
                cookie.LoginPath = SignInPaths.SignIn;
                cookie.AccessDeniedPath = SignInPaths.SignIn;
                cookie.ReturnUrlParameter = SignInPaths.ReturnParameter;
            });
        services.AddAuthorization();
        services.AddOptions<AuthorizationOptions>().Configure<PortalOptions>(static (authorization, options) =>
        {
            authorization.AddPolicy(Policies.Look, policy => policy.RequireRole(OperatorRole, ViewerRole));
            authorization.AddPolicy(Policies.Change, policy => policy.RequireRole(OperatorRole).RequireAssertion(_ => !options.ReadOnly));
        });
        services.AddCascadingAuthenticationState();

        // Cookies outlive a restart, wherever the portal runs.
        services.AddOptions<KeyManagementOptions>().Configure<PortalOptions, ILoggerFactory>(static (keys, options, loggers) =>
        {
            if (options.Token.Length > 0)
            {
                keys.XmlRepository = new FileSystemXmlRepository(Directory.CreateDirectory(Path.Combine(options.DataDirectoryInEffect, "keys")), loggers);
            }
        });
    }

    private static string ChooseScheme(HttpContext context) =>
        context.RequestServices.GetRequiredService<PortalOptions>().Token.Length == 0 ? OpenAccessHandler.SchemeName
        : BearerHandler.ShownBy(context.Request) is not null || IsForPrograms(context.Request) ? BearerHandler.SchemeName
        : CookieAuthenticationDefaults.AuthenticationScheme;

    /// <summary>Programs are told 401 where people are sent to the page they sign in at. A page's own script uses the hub with the cookie.</summary>
    private static bool IsForPrograms(HttpRequest request) =>
        request.Path.StartsWithSegments("/v1", StringComparison.Ordinal) || request.Path.StartsWithSegments("/openapi", StringComparison.Ordinal)
        || (request.Path.StartsWithSegments(ClusterHub.Path, StringComparison.Ordinal) && !request.Headers.ContainsKey("Cookie"));
}
