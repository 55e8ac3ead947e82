using System.Text.RegularExpressions;
using Xunit;

namespace DaprDynamo.Tests.Cluster;

/// <summary>The engine must replay from a seed, so it takes time, chance and ids from outside and stays on its caller's thread.</summary>
public partial class DeterminismTests
{
    [Theory]
    [InlineData("DaprDynamo.Core")]
    [InlineData("DaprDynamo.Cluster")]
    public void The_engines_rooms_use_no_clock_chance_or_thread_of_their_own(string room)
    {
        var files = Directory.GetFiles(Path.Combine(RepositoryRoot(), "src", room), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.DoesNotMatch(Forbidden(), File.ReadAllText(file)));
    }

    [Fact]
    public void The_compiler_enforces_the_same_list()
    {
        var banned = File.ReadAllText(Path.Combine(RepositoryRoot(), "src", "DaprDynamo.Cluster", "BannedSymbols.txt"));
        foreach (var room in (string[])["DaprDynamo.Core", "DaprDynamo.Cluster"])
        {
            Assert.Contains("BannedSymbols.txt", File.ReadAllText(Path.Combine(RepositoryRoot(), "src", room, room + ".csproj")), StringComparison.Ordinal);
        }

        foreach (var symbol in (string[])["DateTime.UtcNow", "Guid.NewGuid", "Random.Shared", "Task.Run", "Threading.Thread;", "ConfigureAwait"])
        {
            Assert.Contains(symbol, banned, StringComparison.Ordinal);
        }
    }

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "DaprDynamo.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests do not lie in the repository.");
    }

    [GeneratedRegex(@"DateTime(Offset)?\.(Utc)?Now|Guid\.NewGuid|Random\.Shared|new Random\(\)|Task\.Run|\bThread\.|ThreadPool|ConfigureAwait\(false\)|\.Wait\(\)|GetAwaiter\(\)\.GetResult|TimeProvider\.System|Stopwatch")]
    private static partial Regex Forbidden();
}
