using DaprDynamo.Portal.Hubs;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace DaprDynamo.Portal.Access;

/// <summary>
/// Who may do what. Without a token everybody who can reach the portal is an operator, which is why it then listens on loopback
/// addresses only, and its sidecar, which others can reach, gets no further than the key API. With one, people sign in and get a cookie, and programs show the token with every request.
/// </summary>
internal static class AccessSetup
{
    internal const string OperatorRole = "operator";
    internal const string ViewerRole = "viewer";

    /// <summary>How long a sign-in lasts that is not used.</summary>
    internal static readonly TimeSpan SignedInFor = TimeSpan.FromHours(12);

    private const string AnyScheme = "portal";

    internal static void AddAccess(this IServiceCollection services)
    {
        services.AddSingleton<SignInAttempts>();
        services.AddSingleton<Tokens>();
        services.AddSingleton<SignedOut>();
        services.AddScoped<AuthenticationStateProvider, SignInWatch>();
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
                cookie.Events.OnValidatePrincipal = EndIfTokenHasChangedAsync;
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
                keys.XmlRepository = new FileSystemXmlRepository(CreateKeyFolder(Path.Combine(options.DataDirectoryInEffect, "keys")), loggers);
            }
        });
    }

    /// <summary>Whoever can read the keys can sign in as anybody: the folder is its owner's alone, also one that was there before.</summary>
    private static DirectoryInfo CreateKeyFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return Directory.CreateDirectory(path);
        }

        const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        var folder = Directory.CreateDirectory(path, OwnerOnly);
        try
        {
            folder.UnixFileMode = OwnerOnly;
        }
        catch (UnauthorizedAccessException)
        {
            // Another's folder, made for the portal to use: who may read it is for that one to say.
        }

        return folder;
    }

    private static async Task EndIfTokenHasChangedAsync(CookieValidatePrincipalContext cookie)
    {
        var services = cookie.HttpContext.RequestServices;
        if (cookie.Principal is { } user && services.GetRequiredService<Tokens>().IsStillLetIn(user) && !services.GetRequiredService<SignedOut>().Contains(user))
        {
            return;
        }

        cookie.RejectPrincipal();
        await cookie.HttpContext.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
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
