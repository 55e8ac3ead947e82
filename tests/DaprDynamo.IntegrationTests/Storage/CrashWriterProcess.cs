using System.Diagnostics;
using System.Globalization;
using DaprDynamo.CrashWriter;

namespace DaprDynamo.IntegrationTests.Storage;

/// <summary>The process that writes until it is killed. Disposing kills it, so that none outlives its test.</summary>
internal sealed class CrashWriterProcess : IDisposable
{
    private readonly Process _process;
    private readonly Task<string> _errors;

    private CrashWriterProcess(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
    }

    public static CrashWriterProcess Start(string folder, int seed)
    {
        // The writer's program lies beside this test's, where the build copied it.
        var program = Path.Combine(AppContext.BaseDirectory, Path.GetFileName(typeof(CrashRecords).Assembly.Location));
        var start = new ProcessStartInfo("dotnet", ["exec", program, folder, seed.ToString(CultureInfo.InvariantCulture)])
        {
            // Held open and never written to: the writer stops when it ends, so also when this process is gone.
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return new(Process.Start(start) ?? throw new InvalidOperationException("The writer did not start."));
    }

    /// <summary>The next line it printed; null when it is gone and all is read.</summary>
    public ValueTask<string?> ReadLineAsync(CancellationToken cancellationToken) => _process.StandardOutput.ReadLineAsync(cancellationToken);

    /// <summary>Kills it, without a chance to do anything more. (What it gave to the system stays, as it would not after a power cut.)</summary>
    public void Kill() => _process.Kill();

    /// <summary>Waits for its end.</summary>
    /// <returns>What it said about errors.</returns>
    public async Task<string> EndAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return await _errors;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }
}
