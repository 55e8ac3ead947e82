using System.Text.Encodings.Web;
using System.Text.Json;

namespace DaprDynamo.Portal.Audit;

/// <summary>
/// Who did what when, kept on disk: a line of JSON each in <c>audit.jsonl</c>. When the file has grown large it becomes
/// <c>audit.1.jsonl</c>, in place of an older one. Safe to use from many threads.
/// </summary>
public sealed class AuditLog : IDisposable
{
    private const long FileSizeBytesMax = 5 * 1024 * 1024;
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly string _folder;
    private readonly TimeProvider _time;
    private readonly ILogger<AuditLog> _logger;
    private long _version;

    /// <summary>Makes the log of a portal.</summary>
    public AuditLog(PortalOptions options, TimeProvider time, ILogger<AuditLog> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_folder, _time, _logger) = (options.DataDirectoryInEffect, time, logger);
    }

    /// <summary>Grows with every entry.</summary>
    public long Version => Interlocked.Read(ref _version);

    private string File => Path.Combine(_folder, "audit.jsonl");

    private string OlderFile => Path.Combine(_folder, "audit.1.jsonl");

    /// <summary>Takes note of something that a user did or tried. A disk that does not take it is told in the portal's own log.</summary>
    /// <param name="who">The user.</param>
    /// <param name="what">What, in words: <c>leave node-2</c>.</param>
    /// <param name="outcome">What came of it, in words.</param>
    public async Task WriteAsync(string who, string what, string outcome)
    {
        var line = JsonSerializer.Serialize(new AuditEntry(_time.GetUtcNow(), who, what, outcome), Json) + "\n";
        await _turn.WaitAsync();
        try
        {
            Directory.CreateDirectory(_folder);
            if (new FileInfo(File) is { Exists: true, Length: > FileSizeBytesMax })
            {
                System.IO.File.Move(File, OlderFile, overwrite: true);
            }

            await System.IO.File.AppendAllTextAsync(File, line);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _logger.LogWarning("{Who} did '{What}' ({Outcome}), and it could not be written down: {Failure}", who, what, outcome, failure.Message);
        }
        finally
        {
            _turn.Release();
            Interlocked.Increment(ref _version);
        }
    }

    /// <summary>The latest entries, the latest first.</summary>
    /// <param name="count">At most so many.</param>
    public async Task<IReadOnlyList<AuditEntry>> ReadLatestAsync(int count)
    {
        await _turn.WaitAsync();
        try
        {
            var entries = await ReadAsync(File);
            if (entries.Count < count)
            {
                entries = [.. await ReadAsync(OlderFile), .. entries];
            }

            return [.. Enumerable.Reverse(entries).Take(count)];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _logger.LogWarning("The list of who did what cannot be read: {Failure}", failure.Message);
            return [];
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private static async Task<List<AuditEntry>> ReadAsync(string file) =>
        System.IO.File.Exists(file) ? [.. (await System.IO.File.ReadAllLinesAsync(file)).Select(Parse).OfType<AuditEntry>()] : [];

    private static AuditEntry? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<AuditEntry>(line, Json);
        }
        catch (JsonException)
        {
            // A crash cut it short.
            return null;
        }
    }
}
