using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;

namespace DaprDynamo.Portal.Access;

/// <summary>Knows whose a token is. Compares in a time that tells nothing of how much of it is right.</summary>
internal sealed class Tokens(PortalOptions options)
{
    /// <summary>The user that a token stands for; null when it is nobody's.</summary>
    internal ClaimsPrincipal? UserOf(string token, string scheme)
    {
        var shown = Hash(token);
        var isOperator = options.Token.Length > 0 & CryptographicOperations.FixedTimeEquals(shown, Hash(options.Token));
        var isViewer = options.ViewerToken.Length > 0 & CryptographicOperations.FixedTimeEquals(shown, Hash(options.ViewerToken));
        return isOperator ? User(AccessSetup.OperatorRole, scheme) : isViewer ? User(AccessSetup.ViewerRole, scheme) : null;
    }

    private static ClaimsPrincipal User(string role, string scheme) =>
        new(new ClaimsIdentity([new Claim(ClaimTypes.Name, role), new Claim(ClaimTypes.Role, role)], scheme));

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
