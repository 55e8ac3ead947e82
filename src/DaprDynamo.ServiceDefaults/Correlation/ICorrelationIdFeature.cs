namespace DaprDynamo.ServiceDefaults.Correlation;

/// <summary>The id that ties together what different programs log about one request.</summary>
public interface ICorrelationIdFeature
{
    /// <summary>What the client sent in <c>X-Correlation-Id</c>, or the request's trace id.</summary>
    string CorrelationId { get; }
}
