using System.Text;

namespace DaprDynamo.IntegrationTests.Wire;

/// <summary>One HTTP/1.1 answer as it came over the wire.</summary>
/// <param name="Status">The status code.</param>
/// <param name="Head">Status line and headers, as bytes.</param>
/// <param name="Body">The body, freed of chunks.</param>
public sealed record WireReply(int Status, ReadOnlyMemory<byte> Head, ReadOnlyMemory<byte> Body)
{
    /// <summary>The body as text.</summary>
    public string Text => Encoding.UTF8.GetString(Body.Span);

    /// <summary>A header's value, or null.</summary>
    public string? Header(string name)
    {
        foreach (var line in Encoding.Latin1.GetString(Head.Span).Split("\r\n").Skip(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && line.AsSpan(0, colon).Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return line[(colon + 1)..].Trim();
            }
        }

        return null;
    }
}
