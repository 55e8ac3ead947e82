using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace DaprDynamo.Node.PublicApi;

/// <summary>What the OpenAPI document says of the key API. The handlers read raw requests, so nothing can be inferred from them.</summary>
internal static class KeyApiDescription
{
    internal static readonly IReadOnlyList<Verb> Verbs =
    [
        new("GET", "getKey", "Read the values of a key", null, [], [("200", "The values, more than one when writes were concurrent, and their clock"), ("404", "The key has no value")]),
        new("POST", "createKey", "Create a key", "value", [], [("201", "Created"), ("400", "The request is malformed"), ("409", "The key has a value, given with its clock"), ("413", "The value is too large"), ("415", "The body is not JSON")]),
        new("PUT", "putKey", "Write a value in place of what was read", "value,clock", [], [("200", "Written; what the clock has not seen stays beside it"), ("400", "The request is malformed, or the clock is missing or not of this key"), ("413", "The value is too large, or too many values are unresolved"), ("415", "The body is not JSON")]),
        new("DELETE", "deleteKey", "Delete what was read", null, ["clock"], [("200", "Deleted"), ("400", "The request is malformed"), ("404", "The key has no value")]),
    ];

    private static readonly (string Status, string Text)[] Everywhere =
    [
        ("401", "The token is missing or wrong"),
        ("503", "Too many requests are under way; nothing was done"),
        ("504", "Too few replicas answered in time; a write may still take effect"),
    ];

    /// <summary>One verb of the API.</summary>
    internal sealed record Verb(string Method, string Id, string Summary, string? BodyMembers, string[] QueryParameters, (string Status, string Text)[] Answers)
    {
        internal IEndpointConventionBuilder Describe(IEndpointConventionBuilder endpoint) =>
            endpoint.WithMetadata(new Microsoft.AspNetCore.Routing.HttpMethodMetadata([Method])).WithDisplayName(Id).AddOpenApiOperationTransformer((operation, _, _) =>
            {
                operation.OperationId = Id;
                operation.Summary = Summary;
                operation.Parameters =
                [
                    Parameter("key", ParameterLocation.Path, "The key, percent-encoded: 1 to 1,024 bytes of UTF-8, slashes included"),
                    Parameter("quorum", ParameterLocation.Query, "How many replicas must answer, 1 or more; more than N counts as N"),
                    Parameter("encoding", ParameterLocation.Query, "'base64url' when the path holds the key in base64url"),
                    .. QueryParameters.Select(name => Parameter(name, ParameterLocation.Query, "The clock of the read that is acted on; without it, whatever is there now")),
                ];
                operation.RequestBody = BodyMembers is null ? null : Body(BodyMembers);
                operation.Responses = [];
                foreach (var (status, text) in Answers.Concat(Everywhere))
                {
                    operation.Responses[status] = new OpenApiResponse { Description = text };
                }

                return Task.CompletedTask;
            });
    }

    private static OpenApiParameter Parameter(string name, ParameterLocation place, string text) => new()
    {
        Name = name,
        In = place,
        Required = place == ParameterLocation.Path,
        Description = text,
        Schema = new OpenApiSchema { Type = name == "quorum" ? JsonSchemaType.Integer : JsonSchemaType.String },
    };

    private static OpenApiRequestBody Body(string members)
    {
        var names = members.Split(',');
        return new OpenApiRequestBody
        {
            Required = true,
            Content = new Dictionary<string, OpenApiMediaType>
            {
                ["application/json"] = new()
                {
                    Schema = new OpenApiSchema
                    {
                        Type = JsonSchemaType.Object,
                        Required = new HashSet<string>(names),
                        Properties = names.ToDictionary(name => name, IOpenApiSchema (name) => name == "clock" ? new OpenApiSchema { Type = JsonSchemaType.String } : new OpenApiSchema { Description = "Any JSON value" }),
                    },
                    Example = new JsonObject(names.Select(name => new KeyValuePair<string, JsonNode?>(name, name == "clock" ? "AQEGbm9kZS0x..." : new JsonObject { ["any"] = "json" }))),
                },
            },
        };
    }
}
