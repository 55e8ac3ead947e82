namespace DaprDynamo.StandInSidecar;

/// <summary>A request or answer on its way, read whole: its parts that are passed on.</summary>
internal static class Relay
{
    private static readonly HashSet<string> HopByHop = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Keep-Alive", "Proxy-Connection", "Transfer-Encoding", "TE", "Trailer", "Upgrade", "Host", "Content-Length",
    };

    /// <summary>
    /// Reads a body. One that announces more than fits is refused; one that comes in chunks is cut where the limit is, and nobody
    /// is told: so does the real sidecar.
    /// </summary>
    internal static async Task<byte[]?> ReadAsync(HttpRequest request, int sizeBytesMax)
    {
        if (request.ContentLength > sizeBytesMax)
        {
            return null;
        }

        var buffer = new MemoryStream((int)(request.ContentLength ?? 0));
        var part = new byte[64 * 1024];
        while (await request.Body.ReadAsync(part, request.HttpContext.RequestAborted) is > 0 and var count)
        {
            buffer.Write(part, 0, (int)Math.Min(count, sizeBytesMax - buffer.Length));
        }

        return buffer.ToArray();
    }

    /// <summary>Puts headers on a request, spelled as Go spells them.</summary>
    internal static void CopyHeaders(IHeaderDictionary from, HttpRequestMessage to)
    {
        foreach (var (name, values) in from.Where(header => !HopByHop.Contains(header.Key) && !header.Key.StartsWith(':')))
        {
            if (!to.Headers.TryAddWithoutValidation(Canonical(name), (IEnumerable<string?>)values))
            {
                to.Content?.Headers.TryAddWithoutValidation(Canonical(name), (IEnumerable<string?>)values);
            }
        }
    }

    /// <summary>Passes an answer on: without a length, so that it goes out in chunks.</summary>
    internal static async Task AnswerAsync(HttpResponseMessage from, HttpContext to)
    {
        to.Response.StatusCode = (int)from.StatusCode;
        foreach (var (name, values) in from.Headers.Concat(from.Content.Headers).Where(header => !HopByHop.Contains(header.Key)))
        {
            to.Response.Headers.Append(Canonical(name), values.ToArray());
        }

        await from.Content.CopyToAsync(to.Response.Body, to.RequestAborted);
    }

    internal static HttpRequestMessage Request(string method, Uri address, byte[] body, bool hasBody)
    {
        var message = new HttpRequestMessage(new HttpMethod(method), address);
        if (hasBody)
        {
            message.Content = new ByteArrayContent(body) { Headers = { ContentLength = body.Length } };
        }

        return message;
    }

    private static string Canonical(string name) =>
        string.Join('-', name.Split('-').Select(part => part.Length == 0 ? part : char.ToUpperInvariant(part[0]) + part[1..].ToLowerInvariant()));
}
