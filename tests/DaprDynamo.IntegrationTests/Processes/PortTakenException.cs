namespace DaprDynamo.IntegrationTests.Processes;

/// <summary>Somebody took the port between finding it free and using it: choose others and start again.</summary>
public sealed class PortTakenException(string message) : InvalidOperationException(message);
