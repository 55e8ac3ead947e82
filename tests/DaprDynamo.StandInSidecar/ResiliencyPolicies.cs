using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace DaprDynamo.StandInSidecar;

/// <summary>How calls of an application are repeated and bounded.</summary>
/// <param name="RetriesMax">How often a call is sent again when the target's sidecar cannot be reached.</param>
/// <param name="RetryAfter">How long before each.</param>
/// <param name="Timeout">How long a call may take; null for any time.</param>
internal sealed record ResiliencyPolicy(int RetriesMax, TimeSpan RetryAfter, TimeSpan? Timeout)
{
    /// <summary>What holds for applications that no target names.</summary>
    internal static readonly ResiliencyPolicy BuiltIn = new(3, TimeSpan.FromSeconds(1), null);
}

/// <summary>The Resiliency resources of a folder.</summary>
internal sealed class ResiliencyPolicies
{
    internal static readonly ResiliencyPolicies None = new();

    private readonly Dictionary<string, ResiliencyPolicy> _ofApps = new(StringComparer.Ordinal);

    internal ResiliencyPolicy For(string appId) => _ofApps.GetValueOrDefault(appId, ResiliencyPolicy.BuiltIn);

    internal static ResiliencyPolicies Read(string folder)
    {
        var policies = new ResiliencyPolicies();
        foreach (var document in Directory.GetFiles(folder, "*.yaml").SelectMany(Yaml.Read).Where(document => document.Text("kind") == "Resiliency"))
        {
            foreach (var (appId, target) in document.Entries("spec", "targets", "apps"))
            {
                policies._ofApps[appId] = Read(document, target);
            }
        }

        return policies;
    }

    private static ResiliencyPolicy Read(YamlNode document, YamlNode target)
    {
        var retry = target.Text("retry") is { } retryName ? document.At("spec", "policies", "retries", retryName) : null;
        var timeout = target.Text("timeout") is { } timeoutName ? document.Text("spec", "policies", "timeouts", timeoutName) : null;
        return new ResiliencyPolicy(
            retry.Text("maxRetries") is { } count ? int.Parse(count, CultureInfo.InvariantCulture) : ResiliencyPolicy.BuiltIn.RetriesMax,
            retry.Text("duration") is { } duration ? Duration(duration) : ResiliencyPolicy.BuiltIn.RetryAfter,
            timeout is null ? null : Duration(timeout));
    }

    private static TimeSpan Duration(string text) =>
        text.EndsWith("ms", StringComparison.Ordinal) ? TimeSpan.FromMilliseconds(double.Parse(text[..^2], CultureInfo.InvariantCulture))
        : text.EndsWith('s') ? TimeSpan.FromSeconds(double.Parse(text[..^1], CultureInfo.InvariantCulture))
        : throw new FormatException($"'{text}' is no duration the stand-in knows.");
}
