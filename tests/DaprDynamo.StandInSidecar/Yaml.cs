using YamlDotNet.RepresentationModel;

namespace DaprDynamo.StandInSidecar;

/// <summary>Reads YAML documents by paths of keys.</summary>
internal static class Yaml
{
    internal static IReadOnlyList<YamlMappingNode> Read(string path)
    {
        var stream = new YamlStream();
        using var reader = new StreamReader(path);
        stream.Load(reader);
        return [.. stream.Documents.Select(document => document.RootNode).OfType<YamlMappingNode>()];
    }

    /// <summary>What stands at a path; null when nothing does.</summary>
    internal static YamlNode? At(this YamlNode? node, params string[] path) =>
        path.Aggregate(node, (found, key) => found is YamlMappingNode map && map.Children.TryGetValue(key, out var next) ? next : null);

    internal static string? Text(this YamlNode? node, params string[] path) => (node.At(path) as YamlScalarNode)?.Value;

    internal static IEnumerable<KeyValuePair<string, YamlNode>> Entries(this YamlNode? node, params string[] path) =>
        (node.At(path) as YamlMappingNode)?.Children.Select(pair => KeyValuePair.Create(((YamlScalarNode)pair.Key).Value!, pair.Value)) ?? [];

    internal static IEnumerable<YamlNode> Items(this YamlNode? node, params string[] path) => (node.At(path) as YamlSequenceNode)?.Children ?? Enumerable.Empty<YamlNode>();
}
