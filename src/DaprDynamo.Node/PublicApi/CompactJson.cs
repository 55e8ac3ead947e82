using System.Buffers;
using System.Text.Json;

namespace DaprDynamo.Node.PublicApi;

/// <summary>
/// Copies one JSON value without insignificant white space, and otherwise byte for byte: numbers and escapes stay as
/// their sender wrote them.
/// </summary>
internal static class CompactJson
{
    /// <summary>Copies the value the reader stands on, and leaves the reader on its last token.</summary>
    /// <exception cref="JsonException">The text is not JSON, or a string holds half a surrogate pair.</exception>
    internal static void Copy(ref Utf8JsonReader reader, IBufferWriter<byte> to)
    {
        var depth = reader.CurrentDepth;
        var afterValue = false;
        do
        {
            if (afterValue && reader.TokenType is not (JsonTokenType.EndObject or JsonTokenType.EndArray))
            {
                to.Write(","u8);
            }

            afterValue = CopyToken(ref reader, to);
        }
        while ((reader.CurrentDepth > depth || reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray) && Read(ref reader));
    }

    /// <summary>Refuses half a surrogate pair: it stands for no character, and readers differ in what they make of it.</summary>
    /// <exception cref="JsonException">The string or name the reader stands on holds one.</exception>
    internal static void RequireWholeCharacters(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
        {
            return;
        }

        try
        {
            _ = reader.GetString();
        }
        catch (InvalidOperationException)
        {
            throw new JsonException("A string holds half a surrogate pair.");
        }
    }

    private static bool Read(ref Utf8JsonReader reader) => reader.Read() ? true : throw new JsonException("The value ends too soon.");

    /// <returns>Whether another value after this token would need a comma.</returns>
    private static bool CopyToken(ref Utf8JsonReader reader, IBufferWriter<byte> to)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                to.Write("{"u8);
                return false;
            case JsonTokenType.EndObject:
                to.Write("}"u8);
                return true;
            case JsonTokenType.StartArray:
                to.Write("["u8);
                return false;
            case JsonTokenType.EndArray:
                to.Write("]"u8);
                return true;
            case JsonTokenType.PropertyName:
                CopyString(ref reader, to);
                to.Write(":"u8);
                return false;
            case JsonTokenType.String:
                CopyString(ref reader, to);
                return true;
            default:
                to.Write(reader.ValueSpan);
                return true;
        }
    }

    private static void CopyString(ref Utf8JsonReader reader, IBufferWriter<byte> to)
    {
        RequireWholeCharacters(ref reader);
        to.Write("\""u8);
        to.Write(reader.ValueSpan);
        to.Write("\""u8);
    }
}
