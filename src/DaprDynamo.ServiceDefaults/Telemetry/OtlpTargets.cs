using DaprDynamo.ServiceDefaults.Startup;
using Microsoft.Extensions.Configuration;

namespace DaprDynamo.ServiceDefaults.Telemetry;

/// <summary>Reads from configuration where telemetry goes. Both settings may be given; then it goes to both.</summary>
internal static class OtlpTargets
{
    private const string EndpointSetting = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string ProtocolSetting = "OTEL_EXPORTER_OTLP_PROTOCOL";
    private const string HeadersSetting = "OTEL_EXPORTER_OTLP_HEADERS";
    private const string SeqSetting = "Seq:ServerUrl";
    private const string SeqKeySetting = "Seq:ApiKey";

    /// <summary>By convention collectors take protobuf over HTTP on this port, and gRPC on 4317.</summary>
    private const int HttpPort = 4318;

    public static IReadOnlyList<OtlpTarget> Read(IConfiguration configuration)
    {
        var targets = new List<OtlpTarget>();
        if (configuration[EndpointSetting] is { Length: > 0 } endpoint)
        {
            var address = Address(EndpointSetting, endpoint);
            targets.Add(new OtlpTarget(address, IsGrpc(configuration[ProtocolSetting], address), configuration[HeadersSetting] ?? ""));
        }

        if (configuration[SeqSetting] is { Length: > 0 } seq)
        {
            var address = Address(SeqSetting, seq.TrimEnd('/') + "/ingest/otlp");
            var headers = configuration[SeqKeySetting] is { Length: > 0 } key ? $"X-Seq-ApiKey={Uri.EscapeDataString(key)}" : "";
            targets.Add(new OtlpTarget(address, IsGrpc: false, headers));
        }

        return targets;
    }

    private static Uri Address(string setting, string value) =>
        Uri.TryCreate(value, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw BadSetting(setting, $"'{value}' is not an absolute http or https URL");

    private static bool IsGrpc(string? protocol, Uri address) => protocol?.Trim() switch
    {
        null or "" => address.Port != HttpPort,
        "grpc" => true,
        "http/protobuf" => false,
        _ => throw BadSetting(ProtocolSetting, $"'{protocol}' is neither 'grpc' nor 'http/protobuf'"),
    };

    private static StartupFailureException BadSetting(string setting, string problem) =>
        new($"The setting '{setting}' is not valid: {problem}.", StartupFailure.ExitCodeBadOptions);
}
