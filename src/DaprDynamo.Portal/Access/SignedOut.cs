using System.Collections.Concurrent;
using System.Security.Claims;

namespace DaprDynamo.Portal.Access;

/// <summary>Knows which sign-ins were ended by their users, so that a copy of the cookie and pages in other tabs end too.</summary>
internal sealed class SignedOut(TimeProvider time)
{
    /// <summary>The claim that tells one sign-in from another of the same user.</summary>
    internal const string SignInClaim = "sign-in";

    private readonly ConcurrentDictionary<string, DateTimeOffset> _ended = new(StringComparer.Ordinal);

    /// <summary>Ends a sign-in.</summary>
    internal void Add(ClaimsPrincipal user)
    {
        var now = time.GetUtcNow();
        foreach (var (ended, at) in _ended)
        {
            if (now - at > AccessSetup.SignedInFor)
            {
                // Its cookie is no good any more in any case.
                _ended.TryRemove(ended, out _);
            }
        }

        if (user.FindFirst(SignInClaim) is { } signIn)
        {
            _ended[signIn.Value] = now;
        }
    }

    /// <summary>Whether its sign-in was ended.</summary>
    internal bool Contains(ClaimsPrincipal user) => user.FindFirst(SignInClaim) is { } signIn && _ended.ContainsKey(signIn.Value);
}
