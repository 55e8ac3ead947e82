using DaprDynamo.Contracts.Telemetry;

namespace DaprDynamo.Portal.Nodes;

/// <summary>Something that happened at a node that is newer than the portal, of a kind that the portal does not know.</summary>
internal sealed record UnknownEvent : TelemetryEvent;
