using YamlDotNet.RepresentationModel;

namespace DaprDynamo.Tests.Dapr;

/// <summary>One of the YAML files that come with the product, and questions to it.</summary>
internal sealed class YamlFile
{
    private readonly YamlNode _root;

    private YamlFile(string path, YamlNode root) => (FullPath, _root) = (path, root);

    internal static string RepositoryRoot { get; } = FindRoot();

    internal string FullPath { get; }

    internal string Folder => Path.GetDirectoryName(FullPath)!;

    internal static YamlFile Read(string path)
    {
        var fullPath = Path.Combine(RepositoryRoot, path);
        var stream = new YamlStream();
        using var reader = new StreamReader(fullPath);
        stream.Load(reader);
        return new YamlFile(fullPath, Assert(stream.Documents.Count == 1, stream.Documents[0].RootNode, $"{path} has more than one document."));
    }

    /// <summary>All scalars of the file by their paths: <c>a.b</c> for keys, <c>a[0]</c> for items of a list.</summary>
    internal IReadOnlyDictionary<string, string> Scalars() => Flatten("", _root).ToDictionary(pair => pair.Path, pair => pair.Value, StringComparer.Ordinal);

    /// <summary>What stands at a path.</summary>
    internal string this[string path] => Scalars()[path];

    /// <summary>The scalars below each item of a list, the item's own path left out.</summary>
    internal IReadOnlyList<IReadOnlyDictionary<string, string>> Items(string list) =>
    [
        .. Scalars().Where(pair => pair.Key.StartsWith($"{list}[", StringComparison.Ordinal))
            .GroupBy(pair => pair.Key[..(pair.Key.IndexOf(']', list.Length) + 1)])
            .Select(item => item.ToDictionary(pair => pair.Key[item.Key.Length..].TrimStart('.'), pair => pair.Value, StringComparer.Ordinal)),
    ];

    /// <summary>The scalars below a path, the path itself left out.</summary>
    internal IReadOnlyDictionary<string, string> Below(string path) => Scalars()
        .Where(pair => pair.Key.StartsWith(path + ".", StringComparison.Ordinal))
        .ToDictionary(pair => pair.Key[(path.Length + 1)..], pair => pair.Value, StringComparer.Ordinal);

    private static IEnumerable<(string Path, string Value)> Flatten(string path, YamlNode node) => node switch
    {
        YamlMappingNode map => map.Children.SelectMany(pair => Flatten(path.Length == 0 ? $"{pair.Key}" : $"{path}.{pair.Key}", pair.Value)),
        YamlSequenceNode list => list.Children.SelectMany((item, index) => Flatten($"{path}[{index}]", item)),
        _ => [(path, ((YamlScalarNode)node).Value ?? "")],
    };

    private static T Assert<T>(bool holds, T value, string otherwise) => holds ? value : throw new InvalidDataException(otherwise);

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
