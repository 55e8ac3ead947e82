using System.Globalization;
using System.Text;

namespace DaprDynamo.IntegrationTests.PublicApi.OddRequests;

/// <summary>One row of the table of odd requests: the bytes to send, and the statuses that are right answers.</summary>
/// <param name="Name">What is odd about it.</param>
/// <param name="Bytes">Makes the bytes.</param>
/// <param name="Allowed">The right answers; several where the contract leaves room.</param>
public sealed record OddRequest(string Name, Func<OddSetting, byte[]> Bytes, params int[] Allowed)
{
    /// <summary>Whether the HTTP server may refuse it by itself, with a bare status.</summary>
    public bool ServerMayRefuse { get; init; }

    /// <summary>Whether the answer comes without a body, as every answer to HEAD does.</summary>
    public bool IsHead { get; init; }

    /// <summary>The JSON text that a read of the fresh key must answer when the request was accepted; null when it wrote nothing.</summary>
    public string? Stores { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>What a row finds on the server.</summary>
/// <param name="Host">Host and port, for the Host header.</param>
/// <param name="Fresh">A key nobody wrote.</param>
/// <param name="Written">A key with a value.</param>
/// <param name="Clock">The clock of the written key.</param>
/// <param name="ForeignClock">A good clock, of another key.</param>
public sealed record OddSetting(string Host, string Fresh, string Written, string Clock, string ForeignClock)
{
    /// <summary>A request of these lines, with a body or without.</summary>
    public byte[] Request(string requestLine, byte[]? body, params string[] headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        var length = body is null ? [] : new[] { string.Create(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}") };
        var head = string.Join("\r\n", [$"{requestLine} HTTP/1.1", $"Host: {Host}", .. headers, .. length, "", ""]);
        return [.. Encoding.Latin1.GetBytes(head), .. body ?? []];
    }

    /// <summary>A GET; <paramref name="target"/> follows <c>/v1/</c>.</summary>
    public byte[] Get(string target, params string[] headers) => Request($"GET /v1/{target}", null, headers);

    /// <summary>A DELETE; <paramref name="target"/> follows <c>/v1/</c>.</summary>
    public byte[] Delete(string target) => Request($"DELETE /v1/{target}", null);

    /// <summary>A POST of JSON; <paramref name="target"/> follows <c>/v1/</c>.</summary>
    public byte[] PostTo(string target, string body = """{"value":1}""") =>
        Request($"POST /v1/{target}", Encoding.UTF8.GetBytes(body), "Content-Type: application/json");

    /// <summary>A POST of JSON to the fresh key.</summary>
    public byte[] Post(string body) => PostTo(Fresh, body);

    /// <summary>A POST of bytes called JSON to the fresh key.</summary>
    public byte[] Post(byte[] body) => Request($"POST /v1/{Fresh}", body, "Content-Type: application/json");

    /// <summary>A POST to the fresh key with these headers in place of the content type.</summary>
    public byte[] PostWith(params string[] headers) => Request($"POST /v1/{Fresh}", """{"value":1}"""u8.ToArray(), headers);

    /// <summary>A PUT of JSON to the written key.</summary>
    public byte[] Put(string body) => Request($"PUT /v1/{Written}", Encoding.UTF8.GetBytes(body), "Content-Type: application/json");

    /// <summary>A PUT to the written key with this JSON text for a clock.</summary>
    public byte[] PutClock(string clockJson) => Put($$"""{"value":2,"clock":{{clockJson}}}""");
}
