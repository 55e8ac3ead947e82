namespace DaprDynamo.IntegrationTests.PublicApi.OddRequests;

/// <summary>Odd paths and keys.</summary>
internal static class KeyRows
{
    public static IEnumerable<OddRequest> All =>
    [
        new("key: empty, read", at => at.Get(""), 400),
        new("key: empty, created", at => at.PostTo(""), 400),
        new("key: empty, deleted", at => at.Delete(""), 400),
        new("key: empty with a query", at => at.Get("?quorum=2"), 400),
        new("key: no slash after v1", at => at.Request("GET /v1", null), 400, 404),
        new("key: 1,024 bytes", at => at.PostTo(at.Fresh.PadRight(1024, 'k')), 201),
        new("key: 1,025 bytes", at => at.PostTo(at.Fresh.PadRight(1025, 'k')), 400),
        new("key: 1,024 bytes, all percent-encoded", at => at.PostTo(Encoded(at.Fresh.PadRight(1024, 'k'))), 201),
        new("key: 1,025 bytes, all percent-encoded", at => at.PostTo(Encoded(at.Fresh.PadRight(1025, 'k'))), 400),
        new("key: 1,025 bytes in fewer characters", at => at.PostTo(at.Fresh[..1] + Repeated("%C3%A9", 512)), 400),
        new("key: far too long", at => at.PostTo(new string('k', 7_000)), 400, 414),
        new("key: a request line beyond the server's limit", at => at.PostTo(new string('k', 20_000)), 400, 414, 431) { ServerMayRefuse = true },
        new("key: a zero byte", at => at.PostTo($"{at.Fresh}%00"), 201, 400) { ServerMayRefuse = true },
        new("key: an encoded slash is a slash", at => at.PostTo($"{at.Fresh}%2F"), 201),
        new("key: a final dot-dot is kept", at => at.PostTo($"{at.Fresh}/.."), 201),
        new("key: a leading dot-dot is kept", at => at.PostTo($"../{at.Fresh}"), 201),
        new("key: dot-dots that would leave the path are kept", at => at.PostTo($"../../../../{at.Fresh}"), 201),
        new("key: encoded dot-dots are kept", at => at.PostTo($"%2e%2e/%2E%2E/{at.Fresh}"), 201),
        new("key: slashes only around it", at => at.PostTo($"//{at.Fresh}//"), 201),
        new("key: a backslash", at => at.PostTo($"{at.Fresh}\\..\\x"), 201),
        new("key: characters that should have been encoded", at => at.PostTo($"{at.Fresh}<>\"{{}}|^`[]"), 201, 400) { ServerMayRefuse = true },
        new("key: a number sign in the request line", at => at.Get($"{at.Fresh}#part"), 400, 404) { ServerMayRefuse = true },
        Refused("percent and no digits", "%zz"),
        Refused("percent at the end", "%"),
        Refused("percent and one digit", "%4"),
        Refused("percent and a minus sign", "%-1"),
        Refused("invalid UTF-8 in the middle", "%C3%28"),
        Refused("a lone continuation byte", "%80"),
        Refused("a byte that never occurs", "%FF"),
        Refused("a cut sequence", "%E2%82"),
        Refused("an overlong slash of two bytes", "%C0%AF"),
        Refused("an overlong slash of three bytes", "%E0%80%AF"),
        Refused("an overlong slash of four bytes", "%F0%80%80%AF"),
        Refused("an overlong zero", "%C0%80"),
        Refused("a surrogate in UTF-8", "%ED%A0%80"),
        Refused("a surrogate pair in UTF-8", "%ED%A0%BD%ED%B8%80"),
        Refused("beyond Unicode", "%F4%90%80%80"),
        Refused("five-byte form", "%F8%88%80%80%80"),
        new("key: bytes beyond ASCII, not encoded", at => at.PostTo($"{at.Fresh}\u00c3\u00a9"), 201, 400) { ServerMayRefuse = true },
        new("key: bytes beyond ASCII that are no UTF-8", at => at.PostTo($"{at.Fresh}\u00ff\u00fe"), 400) { ServerMayRefuse = true },
        new("target: absolute, read", at => at.Request($"GET http://{at.Host}/v1/{at.Written}", null), 200),
        new("target: absolute, created", at => at.Request(
            $"POST http://{at.Host}/v1/{at.Fresh}", """{"value":1}"""u8.ToArray(), "Content-Type: application/json"), 201) { Stores = "1" },
        new("target: absolute, another host", at => at.Request($"GET http://elsewhere.example/v1/{at.Written}", null), 200, 400) { ServerMayRefuse = true },
        new("target: an asterisk", at => at.Request("OPTIONS *", null), 200, 204, 400, 404, 405) { ServerMayRefuse = true },
        new("target: no slash at its beginning", at => at.Request($"GET v1/{at.Written}", null), 400) { ServerMayRefuse = true },
        new("target: two slashes at its beginning", at => at.Request($"GET //v1/{at.Written}", null), 400, 404) { ServerMayRefuse = true },
        new("base64url: a star", at => at.Get("ab*d?encoding=base64url"), 400),
        new("base64url: plus and slash of the other alphabet", at => at.Get("ab%2B%2F?encoding=base64url"), 400),
        new("base64url: a space", at => at.Get("ab%20d?encoding=base64url"), 400),
        new("base64url: a character beyond ASCII", at => at.Get("ab%C3%A9?encoding=base64url"), 400),
        new("base64url: a length no bytes have", at => at.Get("abcde?encoding=base64url"), 400),
        new("base64url: padded", at => at.Get("YQ%3D%3D?encoding=base64url"), 400, 404),
        new("base64url: padding in the middle", at => at.Get("YQ%3D%3DYQ?encoding=base64url"), 400),
        new("base64url: bits left over", at => at.Get("YR?encoding=base64url"), 400, 404),
        new("base64url: empty", at => at.Get("?encoding=base64url"), 400),
        new("base64url: only padding", at => at.Get("%3D?encoding=base64url"), 400),
        new("base64url: bytes that are no UTF-8", at => at.Get("__79?encoding=base64url"), 400),
        new("base64url: a path that is no UTF-8", at => at.Get("%FF?encoding=base64url"), 400),
        new("base64url: 1,025 bytes", at => at.Get(new string('a', 1368) + "?encoding=base64url"), 400),
        new("encoding: nobody knows it", at => at.Get($"{at.Written}?encoding=rot13"), 400),
        new("encoding: twice", at => at.Get("YQ?encoding=base64url&encoding=base64url"), 400, 404),
        new("encoding: empty", at => at.Get($"{at.Written}?encoding="), 200, 400),
    ];

    private static OddRequest Refused(string name, string part) => new($"key: {name}", at => at.PostTo(at.Fresh + part), 400);

    private static string Encoded(string text) => string.Concat(text.Select(letter => $"%{(int)letter:X2}"));

    private static string Repeated(string text, int count) => string.Concat(Enumerable.Repeat(text, count));
}
