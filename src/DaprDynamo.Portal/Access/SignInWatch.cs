using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;

namespace DaprDynamo.Portal.Access;

/// <summary>Ends what a page may do whose user has signed out in another tab: a page has its user from when it was opened.</summary>
internal sealed class SignInWatch(ILoggerFactory loggers, SignedOut signedOut) : RevalidatingServerAuthenticationStateProvider(loggers)
{
    protected override TimeSpan RevalidationInterval => TimeSpan.FromSeconds(10);

    protected override Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken) =>
        Task.FromResult(!signedOut.Contains(authenticationState.User));
}
