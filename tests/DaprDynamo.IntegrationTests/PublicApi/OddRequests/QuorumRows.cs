namespace DaprDynamo.IntegrationTests.PublicApi.OddRequests;

/// <summary>Odd quorums and other parameters.</summary>
internal static class QuorumRows
{
    public static IEnumerable<OddRequest> All =>
    [
        Refused("zero", "0"),
        Refused("minus zero", "-0"),
        Refused("negative", "-1"),
        Refused("very negative", "-99999999999999999999"),
        Refused("a word", "abc"),
        Refused("null", "null"),
        Refused("not a number", "NaN"),
        Refused("infinity", "Infinity"),
        Refused("a fraction", "1.5"),
        Refused("a whole fraction", "2.0"),
        Refused("exponent", "1e0"),
        Refused("hexadecimal", "0x2"),
        Refused("a list", "1,2"),
        Refused("empty", ""),
        Refused("twice", "1&quorum=1"),
        Refused("twice, one of them empty", "2&quorum="),
        Refused("space before", "%202"),
        Refused("space after", "2%20"),
        Refused("line end after", "2%0A"),
        Refused("Arabic digit", "%D9%A3"),
        Refused("full-width digit", "%EF%BC%92"),
        Refused("a zero byte", "%00"),
        Refused("bad percent-encoding", "%zz"),
        new("quorum: without a value", at => at.Get($"{at.Written}?quorum"), 400),
        new("quorum: leading zero", at => at.Get($"{at.Written}?quorum=02"), 200, 400),
        new("quorum: a plus sign", at => at.Get($"{at.Written}?quorum=+2"), 200, 400),
        new("quorum: percent-encoded digit is good", at => at.Get($"{at.Written}?quorum=%32"), 200),
        new("quorum: larger than 32 bits counts as N", at => at.Get($"{at.Written}?quorum=2147483648"), 200),
        new("quorum: larger than 64 bits counts as N", at => at.Get($"{at.Written}?quorum=99999999999999999999999"), 200),
        new("quorum: a parameter nobody knows beside it", at => at.Get($"{at.Written}?quorum=2&color=blue"), 200, 400),
        new("query: nothing after the question mark", at => at.Get($"{at.Written}?"), 200),
        new("query: only ampersands", at => at.Get($"{at.Written}?&&&"), 200, 400),
        new("query: a second question mark", at => at.Get($"{at.Written}?quorum=2?quorum=2"), 400),
    ];

    private static OddRequest Refused(string name, string quorum) => new($"quorum: {name}", at => at.Get($"{at.Written}?quorum={quorum}"), 400);
}
