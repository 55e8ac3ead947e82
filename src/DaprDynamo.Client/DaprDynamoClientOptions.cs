using System.ComponentModel.DataAnnotations;

namespace DaprDynamo.Client;

/// <summary>Where the client sends its requests, and how.</summary>
public sealed record DaprDynamoClientOptions : IValidatableObject
{
    /// <summary>A node, the portal, or a Dapr sidecar: an absolute http or https address.</summary>
    [Required]
    public Uri? BaseAddress { get; set; }

    /// <summary>The Dapr app-id of the node to call through the sidecar at <see cref="BaseAddress"/>; null to call that address itself.</summary>
    public string? DaprAppId { get; set; }

    /// <summary>Shown as <c>Authorization: Bearer</c>; null to show none.</summary>
    public string? BearerToken { get; set; }

    /// <summary>How long one request may take, in milliseconds. Longer than the node's own limit, so that its answer is heard.</summary>
    [Range(1, 600_000)]
    public int TimeoutMs { get; set; } = 10_000;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (BaseAddress is { } address && (!address.IsAbsoluteUri || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps)))
        {
            yield return new ValidationResult($"'{address}' is not an absolute http or https address.", [nameof(BaseAddress)]);
        }

        if (DaprAppId is { Length: 0 })
        {
            yield return new ValidationResult("The app-id is empty; leave it null to call the address itself.", [nameof(DaprAppId)]);
        }
    }
}
