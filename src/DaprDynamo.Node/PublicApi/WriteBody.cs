using System.Buffers;
using System.Text.Json;
using System.Text.Unicode;
using DaprDynamo.Contracts.PublicApi;

namespace DaprDynamo.Node.PublicApi;

/// <summary>The body of a write: <c>{"value": ..., "clock": "..."}</c>. Members it does not know are passed over.</summary>
/// <param name="Value">The value without insignificant white space; null when the member is missing.</param>
/// <param name="Clock">The clock; null when the member is missing.</param>
internal sealed record WriteBody(ReadOnlyMemory<byte>? Value, string? Clock)
{
    private static readonly JsonReaderOptions ReaderOptions = new()
    {
        CommentHandling = JsonCommentHandling.Disallow,
        AllowTrailingCommas = false,
        MaxDepth = KeyApi.ValueDepthMax + 1,
    };

    /// <summary>Reads a body.</summary>
    /// <exception cref="JsonException">The bytes are not such a body; the message is a sentence for the client.</exception>
    internal static WriteBody Parse(ReadOnlySpan<byte> body)
    {
        if (!Utf8.IsValid(body))
        {
            throw new JsonException("The body is not valid UTF-8.");
        }

        var reader = new Utf8JsonReader(body, ReaderOptions);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException("The body is not a JSON object.");
        }

        ReadOnlyMemory<byte>? value = null;
        string? clock = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            CompactJson.RequireWholeCharacters(ref reader);
            if (reader.ValueTextEquals("value"u8))
            {
                value = value is null ? ReadValue(ref reader) : throw Twice("value");
            }
            else if (reader.ValueTextEquals("clock"u8))
            {
                clock = clock is null ? ReadClock(ref reader) : throw Twice("clock");
            }
            else
            {
                reader.Skip();
            }
        }

        return reader.TokenType == JsonTokenType.EndObject && !reader.Read()
            ? new WriteBody(value, clock)
            : throw new JsonException("The body is not a single JSON object.");
    }

    private static ReadOnlyMemory<byte> ReadValue(ref Utf8JsonReader reader)
    {
        if (!reader.Read())
        {
            throw new JsonException("The body ends too soon.");
        }

        var buffer = new ArrayBufferWriter<byte>();
        CompactJson.Copy(ref reader, buffer);
        // A right-sized copy: the value may stay in memory for long, and the buffer is up to twice its size.
        return buffer.WrittenSpan.ToArray();
    }

    private static string ReadClock(ref Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.String)
        {
            throw new JsonException("The member 'clock' is not a string.");
        }

        CompactJson.RequireWholeCharacters(ref reader);
        return reader.GetString()!;
    }

    private static JsonException Twice(string member) => new($"The member '{member}' stands in the body twice.");
}
