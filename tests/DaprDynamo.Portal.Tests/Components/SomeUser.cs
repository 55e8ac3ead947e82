using System.Security.Claims;
using DaprDynamo.Portal.Access;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace DaprDynamo.Portal.Tests.Components;

/// <summary>Who uses the components under test. By hand: bunit's own wants packages that not all feeds have.</summary>
internal sealed class SomeUser : AuthenticationStateProvider
{
    /// <summary>Whether the user may change things, and not only look.</summary>
    public bool MayChange { get; set; } = true;

    /// <summary>Makes components ask this for the user.</summary>
    internal static SomeUser In(IServiceCollection services)
    {
        var user = new SomeUser();
        services.RemoveAll<IAuthorizationService>();
        services.RemoveAll<IAuthorizationPolicyProvider>();
        services.RemoveAll<AuthenticationStateProvider>();
        services.AddAuthorizationCore(options =>
        {
            options.AddPolicy(Policies.Look, policy => policy.RequireAuthenticatedUser());
            options.AddPolicy(Policies.Change, policy => policy.RequireAssertion(_ => user.MayChange));
        });
        services.AddSingleton<AuthenticationStateProvider>(user);
        services.AddCascadingAuthenticationState();
        return user;
    }

    public override Task<AuthenticationState> GetAuthenticationStateAsync() =>
        Task.FromResult(new AuthenticationState(new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, "operator")], "test"))));
}
