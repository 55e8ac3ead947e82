namespace DaprDynamo.IntegrationTests.Processes;

/// <summary>What a test cannot do without.</summary>
public static class Needs
{
    // The runner's own word for a test that finds out while it runs that it cannot.
    private const string SkipToken = "$XunitDynamicSkip$";

    /// <summary>Skips the test, and says why, where there is no Consul.</summary>
    public static void Consul()
    {
        if (Programs.Consul is null)
        {
            throw new InvalidOperationException($"{SkipToken}There is no 'consul' on the path.");
        }
    }
}
