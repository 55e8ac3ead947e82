namespace DaprDynamo.Contracts.PublicApi;

/// <summary>The fixed names of the key API.</summary>
public static class KeyApi
{
    /// <summary>What the path of every key begins with.</summary>
    public const string PathPrefix = "/v1/";

    /// <summary>The longest key, in bytes of UTF-8.</summary>
    public const int KeySizeBytesMax = 1024;

    /// <summary>The largest value, in bytes of JSON without insignificant white space.</summary>
    public const int ValueSizeBytesMax = 1024 * 1024;

    /// <summary>The deepest that a value's arrays and objects may be nested in each other: any document, and no reader runs out of stack.</summary>
    public const int ValueDepthMax = 127;

    /// <summary>How deep an answer that holds values may be nested; JSON readers allow 64 when nothing is said.</summary>
    public const int AnswerDepthMax = ValueDepthMax + 8;

    /// <summary>The query parameter that says how many replicas must answer.</summary>
    public const string QuorumParameter = "quorum";

    /// <summary>The query parameter that says how the path holds the key.</summary>
    public const string EncodingParameter = "encoding";

    /// <summary>The value of <see cref="EncodingParameter"/> that says the path holds the key in base64url (RFC 4648, section 5).</summary>
    public const string Base64UrlEncoding = "base64url";

    /// <summary>The query parameter that carries the clock of a delete.</summary>
    public const string ClockParameter = "clock";

    /// <summary>The answer's header that names the node which coordinated the request.</summary>
    public const string CoordinatorHeader = "X-Dynamo-Coordinator";

    /// <summary>The answer's header that names the replicas whose answers count, separated by commas.</summary>
    public const string ReplicasHeader = "X-Dynamo-Replicas";

    /// <summary>The header that ties a request to its caller's own records; echoed in the answer.</summary>
    public const string CorrelationHeader = "X-Correlation-Id";
}
