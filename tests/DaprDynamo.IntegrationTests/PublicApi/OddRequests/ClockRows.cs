namespace DaprDynamo.IntegrationTests.PublicApi.OddRequests;

/// <summary>Odd clocks: malformed, damaged, foreign.</summary>
internal static class ClockRows
{
    public static IEnumerable<OddRequest> All =>
    [
        Put("missing", at => at.Put("""{"value":2}""")),
        Put("null", at => at.PutClock("null")),
        Put("empty", at => at.PutClock("\"\"")),
        Put("white space", at => at.PutClock("\" \"")),
        Put("a number", at => at.PutClock("1")),
        Put("true", at => at.PutClock("true")),
        Put("an array", at => at.PutClock($"[\"{at.Clock}\"]")),
        Put("an object", at => at.PutClock("{}")),
        Put("a word", at => at.PutClock("\"yesterday\"")),
        Put("good characters, no clock", at => at.PutClock("\"AQAAAAAAAA\"")),
        Put("characters no URL would bear", at => at.PutClock("\"<clock>\"")),
        Put("beyond ASCII", at => at.PutClock("\"ключ\"")),
        Put("a zero character", at => at.PutClock("\"\\u0000\"")),
        Put("an unpaired surrogate", at => at.PutClock("\"\\ud800\"")),
        Put("of another key", at => at.PutClock($"\"{at.ForeignClock}\"")),
        Put("cut short", at => at.PutClock($"\"{at.Clock[..^1]}\"")),
        Put("cut to its first character", at => at.PutClock($"\"{at.Clock[0]}\"")),
        Put("first character changed", at => at.PutClock($"\"{(at.Clock[0] == 'B' ? 'C' : 'B')}{at.Clock[1..]}\"")),
        Put("a character in the middle changed", at => at.PutClock($"\"{ChangedInTheMiddle(at.Clock)}\"")),
        Put("one character more", at => at.PutClock($"\"{at.Clock}A\"")),
        Put("padded", at => at.PutClock($"\"{at.Clock}==\"")),
        Put("space before", at => at.PutClock($"\" {at.Clock}\"")),
        Put("line end after", at => at.PutClock($"\"{at.Clock}\\n\"")),
        Put("twice itself", at => at.PutClock($"\"{at.Clock}{at.Clock}\"")),
        Put("40,000 characters", at => at.PutClock($"\"{new string('A', 40_000)}\"")),
        Put("a megabyte", at => at.PutClock($"\"{new string('A', 1_000_000)}\""), 400, 413),
        new("clock: escaped characters of a good clock are good", at => at.PutClock($"\"\\u{(int)at.Clock[0]:x4}{at.Clock[1..]}\""), 200),
        Delete("a word", _ => "yesterday"),
        Delete("empty", _ => ""),
        Delete("of another key", at => at.ForeignClock),
        Delete("cut short", at => at.Clock[..^1]),
        Delete("twice", at => $"{at.Clock}&clock={at.Clock}"),
        Delete("percent-encoded zero", _ => "%00"),
        Delete("bad percent-encoding", _ => "%zz"),
        Delete("invalid UTF-8", _ => "%FF%FE"),
    ];

    private static OddRequest Put(string name, Func<OddSetting, byte[]> bytes, params int[] allowed) =>
        new($"clock of a put: {name}", bytes, allowed.Length == 0 ? [400] : allowed);

    private static OddRequest Delete(string name, Func<OddSetting, string> clock) =>
        new($"clock of a delete: {name}", at => at.Delete($"{at.Written}?clock={clock(at)}"), 400);

    private static string ChangedInTheMiddle(string clock)
    {
        var middle = clock.Length / 2;
        return clock[..middle] + (clock[middle] == 'A' ? 'B' : 'A') + clock[(middle + 1)..];
    }
}
