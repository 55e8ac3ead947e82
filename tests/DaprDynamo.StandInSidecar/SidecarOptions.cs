using System.Globalization;

namespace DaprDynamo.StandInSidecar;

/// <summary>What daprd is told on its command line and in its environment, as far as the stand-in makes use of it.</summary>
internal sealed record SidecarOptions
{
    private const int DefaultBodySizeBytesMax = 4 * 1024 * 1024;
    private const int DefaultReadBufferSizeBytes = 4 * 1024;

    /// <summary>Flags that stand alone.</summary>
    private static readonly HashSet<string> Switches = new(StringComparer.Ordinal) { "--enable-app-health-check" };

    internal required string AppId { get; init; }

    internal required Uri App { get; init; }

    internal required int HttpPort { get; init; }

    /// <summary>Where other sidecars call this one; gRPC in the real one, plain HTTP here.</summary>
    internal required int InternalPort { get; init; }

    internal required string Host { get; init; }

    internal required int BodySizeBytesMax { get; init; }

    internal required int ReadBufferSizeBytes { get; init; }

    internal required string? ApiToken { get; init; }

    internal required string? AppApiToken { get; init; }

    internal required string? AppHealthPath { get; init; }

    internal required TimeSpan AppHealthInterval { get; init; }

    internal required int AppHealthThreshold { get; init; }

    internal required SidecarConfiguration Configuration { get; init; }

    internal required ResiliencyPolicies Resiliency { get; init; }

    /// <exception cref="ArgumentException">Something needed is missing.</exception>
    internal static SidecarOptions Read(string[] args, Func<string, string?> variable)
    {
        var flags = ReadFlags(args);
        return new SidecarOptions
        {
            AppId = Required("--app-id"),
            App = new Uri($"http://{flags.GetValueOrDefault("--app-channel-address", "127.0.0.1")}:{Required("--app-port")}"),
            HttpPort = Number(Required("--dapr-http-port")),
            InternalPort = Number(Required("--dapr-internal-grpc-port")),
            Host = variable("DAPR_HOST_IP") is { Length: > 0 } host ? host : "127.0.0.1",
            BodySizeBytesMax = flags.TryGetValue("--max-body-size", out var body) ? Size(body) : DefaultBodySizeBytesMax,
            ReadBufferSizeBytes = flags.TryGetValue("--read-buffer-size", out var buffer) ? Size(buffer) : DefaultReadBufferSizeBytes,
            ApiToken = variable("DAPR_API_TOKEN") is { Length: > 0 } api ? api : null,
            AppApiToken = variable("APP_API_TOKEN") is { Length: > 0 } app ? app : null,
            AppHealthPath = flags.ContainsKey("--enable-app-health-check") ? flags.GetValueOrDefault("--app-health-check-path", "/healthz") : null,
            AppHealthInterval = TimeSpan.FromSeconds(Number(flags.GetValueOrDefault("--app-health-probe-interval", "5"))),
            AppHealthThreshold = Number(flags.GetValueOrDefault("--app-health-threshold", "3")),
            Configuration = SidecarConfiguration.Read(Required("--config")),
            Resiliency = flags.TryGetValue("--resources-path", out var resources) ? ResiliencyPolicies.Read(resources) : ResiliencyPolicies.None,
        };

        string Required(string flag) => flags.TryGetValue(flag, out var value) ? value : throw new ArgumentException($"{flag} is missing.", nameof(args));
    }

    private static Dictionary<string, string> ReadFlags(string[] args)
    {
        var flags = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var index = 0; index < args.Length; index++)
        {
            flags[args[index]] = Switches.Contains(args[index]) ? "true" : args[++index];
        }

        return flags;
    }

    private static int Number(string digits) => int.Parse(digits, CultureInfo.InvariantCulture);

    private static int Size(string text)
    {
        (string Suffix, int Factor)[] units = [("Mi", 1024 * 1024), ("Ki", 1024), ("MB", 1_000_000), ("KB", 1000), ("M", 1_000_000), ("k", 1000), ("", 1)];
        var unit = units.First(unit => text.EndsWith(unit.Suffix, StringComparison.Ordinal));
        return Number(text[..^unit.Suffix.Length]) * unit.Factor;
    }
}
