namespace DaprDynamo.Node;

/// <summary>Where nodes reach each other.</summary>
internal static class Address
{
    /// <summary>Whether something is an address that a node can be reached at.</summary>
    internal static bool IsHttp(Uri? address) => address is { IsAbsoluteUri: true } && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps);
}
