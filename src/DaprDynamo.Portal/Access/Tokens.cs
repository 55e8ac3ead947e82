using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;

namespace DaprDynamo.Portal.Access;

/// <summary>
/// Knows whose a token is, and whether a user who signed in would still be let in. Compares in a time that tells nothing of how much of a
/// token is right.
/// </summary>
internal sealed class Tokens(PortalOptions options)
{
    private const string TokenHashClaim = "token-hash";

    /// <summary>The user that a token stands for; null when it is nobody's.</summary>
    internal ClaimsPrincipal? UserOf(string token, string scheme)
    {
        var shown = Hash(token);
        var isOperator = options.Token.Length > 0 & CryptographicOperations.FixedTimeEquals(shown, Hash(options.Token));
        var isViewer = options.ViewerToken.Length > 0 & CryptographicOperations.FixedTimeEquals(shown, Hash(options.ViewerToken));
        return isOperator ? User(AccessSetup.OperatorRole, token, scheme) : isViewer ? User(AccessSetup.ViewerRole, token, scheme) : null;
    }

    /// <summary>Whether the token that a user signed in with is still what it was: another one, or none, ends the sign-in.</summary>
    internal bool IsStillLetIn(ClaimsPrincipal user)
    {
        var token = user.IsInRole(AccessSetup.OperatorRole) ? options.Token : user.IsInRole(AccessSetup.ViewerRole) ? options.ViewerToken : "";
        return token.Length > 0 && user.FindFirst(TokenHashClaim)?.Value == Convert.ToBase64String(Hash(token));
    }

    private static ClaimsPrincipal User(string role, string token, string scheme) => new(new ClaimsIdentity(
        [
            new Claim(ClaimTypes.Name, role),
            new Claim(ClaimTypes.Role, role),
            new Claim(TokenHashClaim, Convert.ToBase64String(Hash(token))),
            new Claim(SignedOut.SignInClaim, Guid.NewGuid().ToString("N")),
        ],
        scheme));

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
