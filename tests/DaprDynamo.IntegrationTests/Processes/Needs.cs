namespace DaprDynamo.IntegrationTests.Processes;

/// <summary>What a test cannot do without.</summary>
public static class Needs
{
    /// <summary>What the message of a test begins with that finds out while it runs that it cannot; the rest is the reason.</summary>
    public const string SkipToken = "Skipped: ";

    /// <summary>Skips the test, and says why, where there is no Consul.</summary>
    public static void Consul()
    {
        if (Programs.Consul is null)
        {
            throw Missing("There is no 'consul' on the path.");
        }
    }

    /// <summary>Skips the test, and says why, where there is no Chromium.</summary>
    public static void Chromium()
    {
        if (Programs.Chromium is null)
        {
            throw Missing("There is no 'chromium' on the path.");
        }
    }

    /// <summary>Skips the test, and says why, where an npm package is not installed beside the tests that use it.</summary>
    public static void NpmPackage(string name, string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw Missing($"The npm package {name} is not installed: run 'npm install --no-package-lock' in tests/DaprDynamo.Portal.Tests.");
        }
    }

    private static InvalidOperationException Missing(string reason) => new(SkipToken + reason);
}
