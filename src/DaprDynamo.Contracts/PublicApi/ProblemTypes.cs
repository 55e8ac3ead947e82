namespace DaprDynamo.Contracts.PublicApi;

/// <summary>The <c>type</c> of every problem the key API answers with (RFC 9457). They never change.</summary>
public static class ProblemTypes
{
    private const string Prefix = "urn:daprdynamo:problem:";

    /// <summary>400: the quorum is no whole number of 1 or more.</summary>
    public const string BadQuorum = Prefix + "bad-quorum";

    /// <summary>400: the key is malformed, too long or missing.</summary>
    public const string BadKey = Prefix + "bad-key";

    /// <summary>400: the clock is malformed or belongs to another key or cluster.</summary>
    public const string BadClock = Prefix + "bad-clock";

    /// <summary>400: a put came without a clock.</summary>
    public const string MissingClock = Prefix + "missing-clock";

    /// <summary>400: a write came without a value.</summary>
    public const string MissingValue = Prefix + "missing-value";

    /// <summary>400: the body is not the JSON it should be.</summary>
    public const string BadJson = Prefix + "bad-json";

    /// <summary>400 and others: the request cannot be served as it is.</summary>
    public const string BadRequest = Prefix + "bad-request";

    /// <summary>401: the token is missing or wrong.</summary>
    public const string Unauthorized = Prefix + "unauthorized";

    /// <summary>403: the token is good, but not for this; the detail says why.</summary>
    public const string Forbidden = Prefix + "forbidden";

    /// <summary>404: the key has no value.</summary>
    public const string NotFound = Prefix + "not-found";

    /// <summary>404: there is nothing at the path.</summary>
    public const string NoSuchPath = Prefix + "no-such-path";

    /// <summary>405: the path does not know the verb.</summary>
    public const string MethodNotAllowed = Prefix + "method-not-allowed";

    /// <summary>409: a create found a value, given with its clock.</summary>
    public const string AlreadyExists = Prefix + "already-exists";

    /// <summary>413: the value is too large.</summary>
    public const string TooLarge = Prefix + "too-large";

    /// <summary>413: the key has too many unresolved values.</summary>
    public const string TooManySiblings = Prefix + "too-many-siblings";

    /// <summary>415: the body is not sent as JSON.</summary>
    public const string UnsupportedMediaType = Prefix + "unsupported-media-type";

    /// <summary>429: this client sends too many requests; nothing was done.</summary>
    public const string RateLimited = Prefix + "rate-limited";

    /// <summary>503: too many requests are under way; nothing was done.</summary>
    public const string Overloaded = Prefix + "overloaded";

    /// <summary>503: the node belongs to no cluster yet, or has left it; nothing was done.</summary>
    public const string NotServing = Prefix + "not-serving";

    /// <summary>503: the proxy reached no node; nothing was done.</summary>
    public const string Unreachable = Prefix + "unreachable";

    /// <summary>502 or 504: the proxy lost a node that may have got the write, which then takes effect or not.</summary>
    public const string OutcomeUnknown = Prefix + "outcome-unknown";

    /// <summary>409: the cluster cannot be changed like this now; the detail says why.</summary>
    public const string Conflict = Prefix + "conflict";

    /// <summary>504: too few replicas answered in time; a write may still take effect.</summary>
    public const string QuorumNotReached = Prefix + "quorum-not-reached";

    /// <summary>507: the disk is full; reads go on.</summary>
    public const string StoreFull = Prefix + "store-full";

    /// <summary>500: the node failed; its log tells why.</summary>
    public const string Internal = Prefix + "internal";
}
