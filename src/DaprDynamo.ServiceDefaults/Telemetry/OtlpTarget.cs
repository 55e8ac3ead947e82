namespace DaprDynamo.ServiceDefaults.Telemetry;

/// <summary>A collector that takes OTLP, and how it wants to be spoken to.</summary>
/// <param name="Endpoint">The collector's address, without the path of a signal.</param>
/// <param name="IsGrpc">Whether it takes gRPC, else protobuf over HTTP.</param>
/// <param name="Headers">Headers as OpenTelemetry writes them: <c>name=value</c>, separated by commas, percent-encoded.</param>
/// <param name="TimeoutMs">How long it may take to answer, in milliseconds.</param>
internal sealed record OtlpTarget(Uri Endpoint, bool IsGrpc, string Headers, int TimeoutMs = OtlpTarget.TimeoutMsDefault)
{
    /// <summary>What OpenTelemetry waits where nothing is said.</summary>
    public const int TimeoutMsDefault = 10_000;

    /// <summary>Where one signal goes: gRPC names it in the call, HTTP in the path.</summary>
    public Uri For(string signal) => IsGrpc ? Endpoint : new Uri($"{Endpoint.AbsoluteUri.TrimEnd('/')}/v1/{signal}");
}
