namespace DaprDynamo.IntegrationTests.Processes;

/// <summary>The last lines a process printed: enough to explain a failure, never more than memory bears.</summary>
public sealed class CapturedOutput
{
    private const int LinesMax = 400;
    private const int LineLengthMax = 2_000;

    private readonly Queue<string> _lines = new();
    private readonly Lock _lock = new();

    /// <summary>Keeps a line; null is the end of a stream and kept by nobody.</summary>
    public void Add(string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_lock)
        {
            if (_lines.Count == LinesMax)
            {
                _lines.Dequeue();
            }

            _lines.Enqueue(line.Length > LineLengthMax ? line[..LineLengthMax] + "..." : line);
        }
    }

    /// <summary>Whether a kept line contains the text, whatever the case.</summary>
    public bool Contains(string text)
    {
        lock (_lock)
        {
            return _lines.Any(line => line.Contains(text, StringComparison.OrdinalIgnoreCase));
        }
    }

    /// <summary>The last so many lines.</summary>
    public string Tail(int count)
    {
        lock (_lock)
        {
            return string.Join('\n', _lines.TakeLast(count));
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Tail(LinesMax);
}
