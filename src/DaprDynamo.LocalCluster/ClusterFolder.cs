using System.Globalization;
using DaprDynamo.ServiceDefaults.Startup;

namespace DaprDynamo.LocalCluster;

/// <summary>
/// Remembers how many nodes a data folder belongs to. The ring follows from the list of members, so with another number of
/// nodes keys would be looked for where they are not.
/// </summary>
internal static class ClusterFolder
{
    private const string FileName = "nodes";

    /// <exception cref="StartupFailureException">The folder belongs to another number of nodes, or cannot be used.</exception>
    internal static void Claim(string folder, int nodes)
    {
        var file = Path.Combine(folder, FileName);
        try
        {
            Directory.CreateDirectory(folder);
            if (!File.Exists(file))
            {
                File.WriteAllText(file, nodes.ToString(CultureInfo.InvariantCulture));
            }

            var before = File.ReadAllText(file).Trim();
            if (before != nodes.ToString(CultureInfo.InvariantCulture))
            {
                throw new StartupFailureException(
                    $"The folder {folder} holds the data of a cluster of {before} nodes. Start with --nodes {before}, or give another folder with --data.");
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartupFailureException($"The data folder {folder} cannot be used: {failure.Message}", failure);
        }
    }
}
