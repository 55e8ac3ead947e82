using System.Globalization;
using DaprDynamo.ServiceDefaults.Startup;
using Microsoft.Extensions.Configuration;

namespace DaprDynamo.ServiceDefaults.Telemetry;

/// <summary>Reads from configuration where telemetry goes. Both settings may be given; then it goes to both.</summary>
internal static class OtlpTargets
{
    private const string EndpointSetting = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string ProtocolSetting = "OTEL_EXPORTER_OTLP_PROTOCOL";
    private const string HeadersSetting = "OTEL_EXPORTER_OTLP_HEADERS";
    private const string TimeoutSetting = "OTEL_EXPORTER_OTLP_TIMEOUT";
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
            targets.Add(new OtlpTarget(
                address,
                IsGrpc(configuration[ProtocolSetting], address),
                Headers(configuration[HeadersSetting]),
                TimeoutMs(configuration[TimeoutSetting])));
        }

        if (configuration[SeqSetting] is { Length: > 0 } seq)
        {
            var address = new Uri(Address(SeqSetting, seq).AbsoluteUri.TrimEnd('/') + "/ingest/otlp");
            targets.Add(new OtlpTarget(address, IsGrpc: false, SeqHeaders(configuration[SeqKeySetting])));
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

    /// <summary>The exporter would throw at a malformed list, and say neither which setting it was nor where.</summary>
    private static string Headers(string? headers)
    {
        if (string.IsNullOrWhiteSpace(headers))
        {
            return "";
        }

        return Uri.UnescapeDataString(headers).Split(',').All(header => header.IndexOf('=', StringComparison.Ordinal) > 0)
            ? headers
            : throw BadSetting(HeadersSetting, "it is not a list of name=value pairs with commas between them");
    }

    private static int TimeoutMs(string? timeout)
    {
        if (string.IsNullOrWhiteSpace(timeout))
        {
            return OtlpTarget.TimeoutMsDefault;
        }

        return int.TryParse(timeout, NumberStyles.None, CultureInfo.InvariantCulture, out var timeoutMs) && timeoutMs > 0
            ? timeoutMs
            : throw BadSetting(TimeoutSetting, $"'{timeout}' is not a number of milliseconds from 1 on");
    }

    private static string SeqHeaders(string? key)
    {
        if (string.IsNullOrEmpty(key))
        {
            return "";
        }

        // The value is a secret: the sentence does not repeat it.
        return key.All(char.IsAsciiLetterOrDigit)
            ? $"X-Seq-ApiKey={key}"
            : throw BadSetting(SeqKeySetting, "an API key has only letters and digits");
    }

    private static StartupFailureException BadSetting(string setting, string problem) =>
        new($"The setting '{setting}' is not valid: {problem}.", StartupFailure.ExitCodeBadOptions);
}
