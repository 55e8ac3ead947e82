using System.Security.Cryptography;
using System.Text;

namespace DaprDynamo.Transport.Endpoints;

/// <summary>The secret that members of a cluster show each other.</summary>
public static class PeerToken
{
    private const string Scheme = "Bearer ";

    /// <summary>Whether an <c>Authorization</c> header carries the token.</summary>
    /// <param name="authorization">The header, null when there is none.</param>
    /// <param name="token">The token.</param>
    public static bool IsShownBy(string? authorization, string token) =>
        authorization is not null
        && authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
        && AreEqual(authorization[Scheme.Length..].Trim(), token);

    /// <summary>
    /// Whether two secrets are the same. Takes the same time wherever the two differ; hashes are compared, so that not even the
    /// length shows.
    /// </summary>
    public static bool AreEqual(string shown, string secret) => CryptographicOperations.FixedTimeEquals(
        SHA256.HashData(Encoding.UTF8.GetBytes(shown)), SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
