using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace DaprDynamo.Portal.Keys;

/// <summary>A value as a user writes it, and what is wrong with it.</summary>
/// <param name="Value">The value; null when the text is no value.</param>
/// <param name="Trouble">What is wrong, in a sentence; null when nothing is.</param>
/// <param name="SizeBytes">What the value takes in the store, in bytes.</param>
public sealed record JsonDraft(JsonElement? Value, string? Trouble, int SizeBytes)
{
    /// <summary>The most a value may take, in bytes of JSON without insignificant white space.</summary>
    public const int SizeBytesMax = 1024 * 1024;

    // What nodes take; the readers' own limit is lower, and would leave values that cannot be looked at.
    private const int DepthMax = 128;

    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = DepthMax };
    private static readonly JsonSerializerOptions Compact = new() { MaxDepth = DepthMax, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions Indented = new() { MaxDepth = DepthMax, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, WriteIndented = true };

    /// <summary>Reads what a user has written.</summary>
    public static JsonDraft Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        try
        {
            var value = JsonElement.Parse(text, Reading);
            var sizeBytes = Encoding.UTF8.GetByteCount(JsonSerializer.Serialize(value, Compact));
            return new(value, sizeBytes > SizeBytesMax ? Text($"A value is at most {SizeBytesMax:N0} bytes; this one is {sizeBytes:N0}.") : null, sizeBytes);
        }
        catch (JsonException wrong)
        {
            return new(null, text.Trim().Length == 0 ? "A value is needed: any JSON." : Text($"This is no JSON yet: line {wrong.LineNumber + 1}, column {wrong.BytePositionInLine + 1}."), 0);
        }
    }

    /// <summary>A value as people read it.</summary>
    public static string Show(JsonElement value) => JsonSerializer.Serialize(value, Indented);

    /// <summary>A value as people read it.</summary>
    public static string Show(System.Text.Json.Nodes.JsonNode? value) => value?.ToJsonString(Indented) ?? "null";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
