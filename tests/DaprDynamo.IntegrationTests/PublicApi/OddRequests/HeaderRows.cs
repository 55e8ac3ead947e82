using System.IO.Compression;
using System.Text;

namespace DaprDynamo.IntegrationTests.PublicApi.OddRequests;

/// <summary>Odd headers, framings and verbs.</summary>
internal static class HeaderRows
{
    private const string Json = "Content-Type: application/json";

    private static readonly byte[] Body = """{"value":1}"""u8.ToArray();

    public static IEnumerable<OddRequest> All => [.. Types, .. Framings, .. Others, .. Verbs];

    private static IEnumerable<OddRequest> Types =>
    [
        new("type: none", at => at.PostWith(), 415),
        new("type: plain text", at => at.PostWith("Content-Type: text/plain"), 415),
        new("type: a form", at => at.PostWith("Content-Type: application/x-www-form-urlencoded"), 415),
        new("type: XML", at => at.PostWith("Content-Type: application/xml"), 415),
        new("type: bytes", at => at.PostWith("Content-Type: application/octet-stream"), 415),
        new("type: nearly JSON", at => at.PostWith("Content-Type: application/jsonx"), 415),
        new("type: JSON of something", at => at.PostWith("Content-Type: application/vnd.api+json"), 201, 415) { Stores = "1" },
        new("type: empty", at => at.PostWith("Content-Type:"), 400, 415),
        new("type: no type at all", at => at.PostWith("Content-Type: ;;;=,"), 400, 415),
        new("type: twice", at => at.PostWith(Json, "Content-Type: text/plain"), 400, 415) { ServerMayRefuse = true },
        new("type: charset UTF-16", at => at.PostWith(Json + "; charset=utf-16"), 400, 415),
        new("type: charset Latin-1", at => at.PostWith(Json + "; charset=iso-8859-1"), 400, 415),
        new("type: charset nobody knows", at => at.PostWith(Json + "; charset=klingon"), 400, 415),
        new("type: charset UTF-7", at => at.PostWith(Json + "; charset=utf-7"), 400, 415),
        new("type: charset UTF-8 is good", at => at.PostWith(Json + "; charset=utf-8"), 201) { Stores = "1" },
        new("type: quoted charset in capitals is good", at => at.PostWith("Content-Type: Application/JSON;charset=\"UTF-8\""), 201) { Stores = "1" },
        new("content encoding: gzip", at => at.Request($"POST /v1/{at.Fresh}", Zipped(Body), Json, "Content-Encoding: gzip"), 400, 415),
        new("content encoding: gzip that is none", at => at.PostWith(Json, "Content-Encoding: gzip"), 400, 415),
        new("content encoding: nobody knows it", at => at.PostWith(Json, "Content-Encoding: klingon"), 400, 415),
        new("type: a put with plain text", at => at.Request($"PUT /v1/{at.Written}", Body, "Content-Type: text/plain"), 415),
    ];

    private static IEnumerable<OddRequest> Framings =>
    [
        Framed("length is a word", [Json, "Content-Length: abc"], Body),
        Framed("length is negative", [Json, "Content-Length: -5"], Body),
        Framed("length has a sign", [Json, "Content-Length: +11"], Body, 201, 400), // Kestrel takes the sign; there is nothing to smuggle with it.
        Framed("length is hexadecimal", [Json, "Content-Length: 0x0B"], Body),
        Framed("length beyond 64 bits", [Json, "Content-Length: 99999999999999999999999"], Body, 400, 413),
        Framed("two lengths", [Json, "Content-Length: 11", "Content-Length: 12"], Body),
        Framed("a length far beyond the limit, of which nothing more comes", [Json, "Content-Length: 99999999999"], Body, 400, 413),
        Framed("length zero", [Json, "Content-Length: 0"], []),
        Framed("no length at all", [Json], [], 400, 411, 415),
        Framed("chunked and a length", [Json, "Content-Length: 11", "Transfer-Encoding: chunked"], Chunks(Body), 201, 400),
        Framed("a transfer encoding nobody knows", [Json, "Transfer-Encoding: identity"], Body),
        Framed("a chunk size that is none", [Json, "Transfer-Encoding: chunked"], "zz\r\n{}\r\n0\r\n\r\n"u8.ToArray()),
        Framed("a chunk that does not end where it says", [Json, "Transfer-Encoding: chunked"], "2\r\n{}}}\r\n0\r\n\r\n"u8.ToArray()),
        Framed("a huge chunk size", [Json, "Transfer-Encoding: chunked"], "FFFFFFFFFFFFFFFFFF\r\n"u8.ToArray(), 400, 413),
        Framed("no chunks", [Json, "Transfer-Encoding: chunked"], "0\r\n\r\n"u8.ToArray()),
        new("framing: chunked is good", at => Post(at, [Json, "Transfer-Encoding: chunked"], Chunks(Body)), 201) { Stores = "1" },
        new("framing: chunked, 3 MiB", at => Post(
            at, [Json, "Transfer-Encoding: chunked"], Chunks(Encoding.ASCII.GetBytes($$"""{"value":"{{new string('v', 3 << 20)}}"}"""))), 413),
        new("framing: expects a continue", at => at.PostWith(Json, "Expect: 100-continue"), 201) { Stores = "1" },
        new("framing: expects something else", at => at.PostWith(Json, "Expect: miracles"), 201, 400, 417) { ServerMayRefuse = true },
        new("framing: a body with a read", at => at.Request($"GET /v1/{at.Written}", Body, Json), 200, 400, 415),
        new("framing: a body with a delete", at => at.Request($"DELETE /v1/{at.Written}", Body, Json), 200, 400, 415),
        new("framing: HTTP/1.0", at => Encoding.ASCII.GetBytes($"GET /v1/{at.Written} HTTP/1.0\r\n\r\n"), 200, 400) { ServerMayRefuse = true },
    ];

    private static IEnumerable<OddRequest> Others =>
    [
        new("header: 40 kB", at => at.Get(at.Written, $"X-Long: {new string('x', 40_000)}"), 400, 431) { ServerMayRefuse = true },
        new("header: 300 of them", at => at.Get(at.Written, [.. Enumerable.Range(0, 300).Select(number => $"X-{number}: x")]), 400, 431) { ServerMayRefuse = true },
        new("header: no colon", at => at.Get(at.Written, "X-Nothing"), 400) { ServerMayRefuse = true },
        new("header: a space before the colon", at => at.Get(at.Written, "X-Space : x"), 400) { ServerMayRefuse = true },
        new("header: a zero byte", at => at.Get(at.Written, "X-Zero: a\0b"), 200, 400) { ServerMayRefuse = true },
        new("header: two hosts", at => at.Get(at.Written, "Host: other"), 400) { ServerMayRefuse = true },
        new("header: no host", at => Encoding.ASCII.GetBytes($"GET /v1/{at.Written} HTTP/1.1\r\n\r\n"), 400) { ServerMayRefuse = true },
        new("correlation id: bytes beyond ASCII", at => at.Get(at.Written, "X-Correlation-Id: caf\u00e9\u0001"), 200, 400) { ServerMayRefuse = true },
        new("correlation id: UTF-8", at => at.Get(at.Written, "X-Correlation-Id: \u00c3\u00a9"), 200, 400) { ServerMayRefuse = true },
        new("correlation id: 6 kB", at => at.Get(at.Written, $"X-Correlation-Id: {new string('c', 6_000)}"), 200, 400),
        new("correlation id: empty", at => at.Get(at.Written, "X-Correlation-Id:"), 200, 400),
        new("correlation id: twice", at => at.Get(at.Written, "X-Correlation-Id: a", "X-Correlation-Id: b"), 200, 400),
        new("correlation id: with a tab", at => at.Get(at.Written, "X-Correlation-Id: a\tb"), 200, 400) { ServerMayRefuse = true },
        new("trace parent: bytes beyond ASCII", at => at.Get(at.Written, "traceparent: \u00ff\u00fe"), 200, 400) { ServerMayRefuse = true },
        new("trace parent: 6 kB", at => at.Get(at.Written, $"traceparent: 00-{new string('a', 6_000)}"), 200, 400),
        new("trace parent: twice", at => at.Get(
            at.Written, "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "traceparent: x"), 200, 400),
        new("header: a token nobody asked for", at => at.Get(at.Written, "Authorization: Bearer nonsense"), 200, 401),
        new("header: accepts only HTML", at => at.Get(at.Written, "Accept: text/html"), 200, 406),
        new("header: wants to upgrade", at => at.Get(at.Written, "Connection: Upgrade", "Upgrade: websocket"), 200, 400),
        new("header: wants another verb", at => at.Get(at.Written, "X-HTTP-Method-Override: DELETE"), 200),
    ];

    private static IEnumerable<OddRequest> Verbs =>
    [
        new("verb: HEAD", at => at.Request($"HEAD /v1/{at.Written}", null), 405) { IsHead = true },
        new("verb: PATCH", at => at.Request($"PATCH /v1/{at.Written}", Body, Json), 405),
        new("verb: OPTIONS", at => at.Request($"OPTIONS /v1/{at.Written}", null), 405),
        new("verb: TRACE", at => at.Request($"TRACE /v1/{at.Written}", null), 405),
        new("verb: nobody knows it", at => at.Request($"BREW /v1/{at.Written}", null), 405),
        new("verb: lower case", at => at.Request($"get /v1/{at.Written}", null), 200, 400, 405),
        new("verb: CONNECT", at => at.Request($"CONNECT /v1/{at.Written}", null), 400, 405) { ServerMayRefuse = true },
        new("verb: bad characters", at => at.Request($"G@T /v1/{at.Written}", null), 400, 405) { ServerMayRefuse = true },
        new("verb: no request at all", _ => "nonsense\r\n\r\n"u8.ToArray(), 400) { ServerMayRefuse = true },
    ];

    private static OddRequest Framed(string name, string[] headers, byte[] body, params int[] allowed) =>
        new($"framing: {name}", at => Post(at, headers, body), allowed.Length == 0 ? [400] : allowed) { ServerMayRefuse = true };

    private static byte[] Post(OddSetting at, string[] headers, byte[] body) =>
        [.. at.Request($"POST /v1/{at.Fresh}", null, headers), .. body];

    private static byte[] Chunks(byte[] body) => [.. Encoding.ASCII.GetBytes($"{body.Length:X}\r\n"), .. body, .. "\r\n0\r\n\r\n"u8];

    private static byte[] Zipped(byte[] bytes)
    {
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return zipped.ToArray();
    }
}
