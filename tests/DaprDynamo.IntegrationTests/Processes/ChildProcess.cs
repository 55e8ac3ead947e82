using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace DaprDynamo.IntegrationTests.Processes;

/// <summary>
/// A .NET program run as a process of its own, with its output captured. Neither it nor what it starts outlives this process:
/// what is not disposed of is killed at exit.
/// </summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private const int Interrupt = 2;
    private const int Terminate = 15;

    private static readonly TimeSpan KillLimit = TimeSpan.FromSeconds(20);

    // What would let the environment of the machine decide how the program under test behaves.
    private static readonly string[] ForeignSettings = ["ASPNETCORE_", "DOTNET_URLS", "DYNAMO__", "DAPR_", "APP_", "CONSUL_", "OTEL_", "DOTNET_ENVIRONMENT", "URLS"];

    private static readonly ConcurrentDictionary<int, Process> Living = new();

    private readonly Process _process;

    static ChildProcess() => AppDomain.CurrentDomain.ProcessExit += (_, _) =>
    {
        foreach (var process in Living.Values)
        {
            process.Kill(entireProcessTree: true);
        }
    };

    private ChildProcess(string name, Process process)
    {
        Name = name;
        _process = process;
    }

    /// <summary>What the process is called in messages.</summary>
    public string Name { get; }

    /// <summary>What it printed, both streams together.</summary>
    public CapturedOutput Output { get; } = new();

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>How it ended; only once it has.</summary>
    public int ExitCode => _process.ExitCode;

    /// <summary>Starts <c>dotnet assembly arguments...</c>; the assembly is looked for next to this program.</summary>
    public static ChildProcess Start(
        string name, string assemblyFile, IEnumerable<string> arguments, string workingDirectory, IReadOnlyDictionary<string, string>? environment = null) =>
        StartProgram(
            name,
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            [Path.Combine(AppContext.BaseDirectory, assemblyFile), .. arguments],
            workingDirectory,
            environment);

    /// <summary>Starts any program.</summary>
    public static ChildProcess StartProgram(
        string name, string program, IReadOnlyList<string> arguments, string workingDirectory, IReadOnlyDictionary<string, string>? environment = null)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var start = new ProcessStartInfo
        {
            FileName = program,
            WorkingDirectory = workingDirectory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
        };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        // What a killed process leaves in the folder for temporary files goes away with its own folder.
        start.Environment["TMPDIR"] = workingDirectory;
        foreach (var setting in start.Environment.Keys.Where(IsForeign).ToList())
        {
            start.Environment.Remove(setting);
        }

        foreach (var (variable, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            start.Environment[variable] = value;
        }

        var process = new Process { StartInfo = start };
        var child = new ChildProcess(name, process);
        process.OutputDataReceived += (_, line) => child.Output.Add(line.Data);
        process.ErrorDataReceived += (_, line) => child.Output.Add(line.Data);
        process.Start();
        Living[process.Id] = process;
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Asks it to end as Ctrl+C does.</summary>
    public void SendInterrupt() => Send(Interrupt);

    /// <summary>Asks it to end as a service manager does.</summary>
    public void SendTerminate() => Send(Terminate);

    /// <summary>Kills it with SIGKILL, as a crash would, and waits until it is gone.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await WaitForExitAsync(KillLimit);
    }

    /// <summary>Waits until it has ended and all its output is here; answers its exit code.</summary>
    /// <exception cref="TimeoutException">It still ran after the limit.</exception>
    public async Task<int> WaitForExitAsync(TimeSpan limit)
    {
        using var timeout = new CancellationTokenSource(limit);
        try
        {
            await _process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{Name} still ran after {limit.TotalSeconds:0} s. Its output:\n{Output}");
        }

        Living.TryRemove(_process.Id, out _);
        return _process.ExitCode;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (!_process.HasExited)
            {
                _process.Kill(entireProcessTree: true);
            }

            await WaitForExitAsync(KillLimit);
        }
        finally
        {
            Living.TryRemove(_process.Id, out _);
            _process.Dispose();
        }
    }

    private static bool IsForeign(string setting) =>
        ForeignSettings.Any(prefix => setting.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    private void Send(int signal)
    {
        if (SendSignal(_process.Id, signal) != 0)
        {
            throw new InvalidOperationException($"{Name} could not be sent signal {signal}: error {Marshal.GetLastPInvokeError()}.");
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int processId, int signal);
}
