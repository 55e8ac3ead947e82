using System.Text;

namespace DaprDynamo.IntegrationTests.PublicApi.OddRequests;

/// <summary>Odd bodies.</summary>
internal static class BodyRows
{
    private const int ValueSizeBytesMax = 1024 * 1024;
    private const int Deep = 10_000;

    public static IEnumerable<OddRequest> All =>
    [
        Refused("empty", ""),
        Refused("white space", " \r\n\t "),
        Refused("an array", "[1]"),
        Refused("an array of a good body", """[{"value":1}]"""),
        Refused("a string", "\"value\""),
        Refused("a number", "1"),
        Refused("null", "null"),
        Refused("an object without a value", "{}"),
        Refused("a member nobody knows and no value", """{"valu":1}"""),
        Refused("cut in the middle of an object", """{"value":1"""),
        Refused("cut in the middle of a value", """{"value":"""),
        Refused("cut in the middle of a string", """{"value":"abc"""),
        Refused("cut in the middle of a literal", """{"value":tru"""),
        Refused("cut in the middle of an escape", """{"value":"\u00"""),
        Refused("two JSON values", """{"value":1}{"value":2}"""),
        Refused("text after the object", """{"value":1}x"""),
        Refused("a comma after the object", """{"value":1},"""),
        Refused("comments", """{"value":/* one */1}"""),
        Refused("a line comment", "{\"value\":1}// one"),
        Refused("a trailing comma in the body", """{"value":1,}"""),
        Refused("a trailing comma in the value", """{"value":[1,]}"""),
        Refused("single quotes", "{'value':1}"),
        Refused("no quotes", "{value:1}"),
        Refused("NaN", """{"value":NaN}"""),
        Refused("infinity", """{"value":-Infinity}"""),
        Refused("undefined", """{"value":undefined}"""),
        Refused("a leading zero", """{"value":01}"""),
        Refused("a leading plus", """{"value":+1}"""),
        Refused("a bare point", """{"value":1.}"""),
        Refused("no digits before the point", """{"value":.5}"""),
        Refused("hexadecimal", """{"value":0xFF}"""),
        Refused("an upper-case literal", """{"value":True}"""),
        Refused("an escape nobody knows", """{"value":"\x41"}"""),
        Refused("a bad unicode escape", """{"value":"\u00zz"}"""),
        Refused("a raw line end in a string", "{\"value\":\"a\nb\"}"),
        Refused("a raw zero in a string", "{\"value\":\"a\0b\"}"),
        Refused("a zero after the body", "{\"value\":1}\0"),
        Refused("mismatched brackets", """{"value":[1}]"""),
        Refused("duplicate value members", """{"value":1,"value":2}"""),
        Refused("duplicate value members, one escaped", """{"value":1,"v\u0061lue":2}"""),
        new("body: duplicate members inside the value", at => at.Post("""{"value":{"a":1,"a":2}}"""), 201, 400) { Stores = """{"a":1,"a":2}""" },
        new("body: an escaped member name is the same name", at => at.Post("""{"v\u0061lue":1}"""), 201) { Stores = "1" },
        new("body: a member nobody knows beside the value", at => at.Post("""{"value":1,"color":"blue"}"""), 201, 400) { Stores = "1" },
        new("body: a member in other letters", at => at.Post("""{"VALUE":1}"""), 201, 400) { Stores = "1" },
        new("body: a clock in a create", at => at.Post($$"""{"value":1,"clock":"{{at.ForeignClock}}"}"""), 201, 400) { Stores = "1" },
        new("body: an unpaired surrogate escape", at => at.Post("""{"value":"\ud800"}"""), 201, 400) { Stores = """
            "\ud800"
            """ },
        new("body: an unpaired surrogate escape in a name", at => at.Post("""{"value":{"\udc00":1}}"""), 201, 400) { Stores = """{"\udc00":1}""" },
        Bytes("invalid UTF-8 in a string", [.. "{\"value\":\""u8, 0xC3, 0x28, .. "\"}"u8]),
        Bytes("an overlong slash in a string", [.. "{\"value\":\""u8, 0xC0, 0xAF, .. "\"}"u8]),
        Bytes("a surrogate in UTF-8 in a string", [.. "{\"value\":\""u8, 0xED, 0xA0, 0x80, .. "\"}"u8]),
        Bytes("UTF-16", Encoding.Unicode.GetBytes("""{"value":1}""")),
        Bytes("UTF-32", Encoding.UTF32.GetBytes("""{"value":1}""")),
        Bytes("random bytes", [0x1F, 0x8B, 0x08, 0x00, 0xDE, 0xAD, 0xBE, 0xEF]),
        new("body: a byte order mark", at => at.Post([0xEF, 0xBB, 0xBF, .. """{"value":1}"""u8]), 201, 400) { Stores = "1" },
        new($"body: {Deep:N0} arrays in one another", at => at.Post($$"""{"value":{{Nested(Deep)}}}"""), 201, 400) { Stores = Nested(Deep) },
        new($"body: {Deep:N0} arrays opened and not closed", at => at.Post($$"""{"value":{{new string('[', Deep)}}"""), 400),
        new("body: half a million objects opened", at => at.Post(string.Concat(Enumerable.Repeat("{\"value\":", 100_000))), 400, 413),
        new("body: a value of exactly 1 MiB", at => at.Post(ValueOf(ValueSizeBytesMax)), 201),
        new("body: a value of 1 MiB and one byte", at => at.Post(ValueOf(ValueSizeBytesMax + 1)), 413),
        new("body: a put of 1 MiB and one byte", at => at.Put($$"""{"clock":"{{at.Clock}}",{{ValueOf(ValueSizeBytesMax + 1)[1..]}}"""), 413),
        new("body: a put of exactly 1 MiB", at => at.Put($$"""{"clock":"{{at.Clock}}",{{ValueOf(ValueSizeBytesMax)[1..]}}"""), 200),
        new("body: a value of 1 MiB in characters, 3 MiB in bytes", at => at.Post($$"""{"value":"{{new string('語', ValueSizeBytesMax)}}"}"""), 413),
        new("body: 8 MiB", at => at.Post(ValueOf(8 * ValueSizeBytesMax)), 413),
        new("body: 1 MiB of white space around a small value", at => at.Post($$"""{"value":{{new string(' ', ValueSizeBytesMax)}}1}"""), 201, 413) { Stores = "1" },
    ];

    private static OddRequest Refused(string name, string body) => new($"body: {name}", at => at.Post(body), 400);

    private static OddRequest Bytes(string name, byte[] body) => new($"body: {name}", at => at.Post(body), 400);

    private static string Nested(int depth) => new string('[', depth) + new string(']', depth);

    private static string ValueOf(int sizeBytes) => $$"""{"value":"{{new string('v', sizeBytes - 2)}}"}""";
}
