using System.Text.Json;

namespace DaprDynamo.Contracts.PublicApi;

/// <summary>How the answers of nodes are read, however deep the values in them are nested.</summary>
public static class ApiJson
{
    /// <summary>Serializer options; they cannot be changed.</summary>
    public static JsonSerializerOptions Options { get; } = MakeOptions();

    /// <summary>Document options.</summary>
    public static JsonDocumentOptions DocumentOptions { get; } = new() { MaxDepth = KeyApi.AnswerDepthMax };

    private static JsonSerializerOptions MakeOptions()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web) { MaxDepth = KeyApi.AnswerDepthMax };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
