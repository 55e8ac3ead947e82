using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using DaprDynamo.Contracts.PublicApi;
using DaprDynamo.Contracts.Telemetry;

namespace DaprDynamo.Portal.Nodes;

/// <summary>How the portal reads what nodes answer. A newer node may tell more than the portal knows, and the rest still counts.</summary>
internal static class NodeJson
{
    internal static JsonSerializerOptions Options { get; } = new(ApiJson.Options)
    {
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { LetNewKindsPass } },
    };

    private static void LetNewKindsPass(JsonTypeInfo type)
    {
        if (type.Type == typeof(TelemetryEvent) && type.PolymorphismOptions is { } kinds)
        {
            kinds.IgnoreUnrecognizedTypeDiscriminators = true;
            type.CreateObject = static () => new UnknownEvent { At = default };
        }
    }
}
