namespace DaprDynamo.IntegrationTests.Processes;

/// <summary>Programs that some tests need and a machine may not have.</summary>
public static class Programs
{
    /// <summary>Consul's agent; null when it is not installed.</summary>
    public static string? Consul { get; } = Find("consul");

    /// <summary>The system's Chromium; null when it is not installed.</summary>
    public static string? Chromium { get; } = Find("chromium") ?? Find("chromium-browser");

    /// <summary>A real Dapr sidecar, from <c>DAPRD_PATH</c> or the path; null when there is none, and the stand-in takes its place.</summary>
    public static string? Daprd { get; } = Environment.GetEnvironmentVariable("DAPRD_PATH") is { Length: > 0 } path ? path : Find("daprd");

    /// <summary>The repository: where the solution lies.</summary>
    public static string RepositoryRoot { get; } = FindRoot();

    private static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, program))
        .FirstOrDefault(File.Exists);

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "DaprDynamo.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests do not run below the folder of DaprDynamo.sln.");
    }
}
