using System.Net;

namespace DaprDynamo.Client;

/// <summary>A request that the store did not carry out, or may not have.</summary>
public class DaprDynamoException : Exception
{
    /// <summary>Makes the exception.</summary>
    public DaprDynamoException(string message, HttpStatusCode? status = null, Exception? cause = null)
        : base(message, cause) => Status = status;

    /// <summary>The HTTP status; null when there was no answer.</summary>
    public HttpStatusCode? Status { get; }

    /// <summary>The problem's type, one of <see cref="Contracts.PublicApi.ProblemTypes"/>; null when the answer was no problem of the store's.</summary>
    public string? ProblemType { get; init; }

    /// <summary>Under which the store's logs tell more; null when it did not say.</summary>
    public string? TraceId { get; init; }
}

/// <summary>The request is wrong and will be refused again as it is: a bad clock, a bad key, a value that is too large.</summary>
public sealed class DaprDynamoRequestException(string message, HttpStatusCode status) : DaprDynamoException(message, status);

/// <summary>The token is missing or wrong.</summary>
public sealed class DaprDynamoUnauthorizedException(string message) : DaprDynamoException(message, HttpStatusCode.Unauthorized);

/// <summary>Too few replicas answered in time. A write may still take effect: read before writing again.</summary>
public sealed class QuorumNotReachedException(string message, int needed, int answered, int replicas)
    : DaprDynamoException(message, HttpStatusCode.GatewayTimeout)
{
    /// <summary>How many replicas had to answer.</summary>
    public int Needed { get; } = needed;

    /// <summary>How many did.</summary>
    public int Answered { get; } = answered;

    /// <summary>How many there are.</summary>
    public int Replicas { get; } = replicas;
}

/// <summary>The store has too much to do and did nothing. Safe to try again after a while.</summary>
public sealed class DaprDynamoOverloadedException(string message, HttpStatusCode status, TimeSpan? retryAfter) : DaprDynamoException(message, status)
{
    /// <summary>When to try again; null when the store did not say.</summary>
    public TimeSpan? RetryAfter { get; } = retryAfter;
}

/// <summary>No answer of the store: it could not be reached, or something on the way failed. A write may have taken effect.</summary>
public sealed class DaprDynamoUnavailableException(string message, HttpStatusCode? status = null, Exception? cause = null)
    : DaprDynamoException(message, status, cause);
