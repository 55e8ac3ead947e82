using System.Text.Json;

namespace DaprDynamo.IntegrationTests.PublicApi;

/// <summary>An answer of the public API, with what tests ask of it.</summary>
/// <param name="Request">What was asked, for messages.</param>
/// <param name="Status">The status code.</param>
/// <param name="ContentType">The media type without parameters; null when there is no body.</param>
/// <param name="Headers">All headers; several values of one joined with commas.</param>
/// <param name="Body">The body as text.</param>
public sealed record ApiAnswer(string Request, int Status, string? ContentType, IReadOnlyDictionary<string, string> Headers, string Body)
{
    /// <summary>The body as JSON.</summary>
    public JsonElement Json
    {
        get
        {
            using var document = JsonDocument.Parse(Body, new JsonDocumentOptions { MaxDepth = 20_000 });
            return document.RootElement.Clone();
        }
    }

    /// <summary>The siblings' JSON texts, exactly as they were sent back.</summary>
    public IReadOnlyList<string> Values => [.. Json.GetProperty("value").EnumerateArray().Select(value => value.GetRawText())];

    /// <summary>The clock; fails when there is none.</summary>
    public string Clock => Json.GetProperty("clock").GetString() ?? throw new InvalidOperationException($"{this} has a null clock.");

    /// <inheritdoc/>
    public override string ToString() => $"{Request} -> {Status} {ContentType} {(Body.Length > 1_000 ? Body[..1_000] + "..." : Body)}";
}
