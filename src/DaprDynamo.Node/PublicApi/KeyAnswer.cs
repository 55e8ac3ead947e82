using System.Text.Encodings.Web;
using System.Text.Json;
using DaprDynamo.Cluster.Operations;
using DaprDynamo.Contracts.PublicApi;
using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;
using DaprDynamo.Node.Hosting;

namespace DaprDynamo.Node.PublicApi;

/// <summary>Writes what came of an operation as the contract has it.</summary>
internal sealed class KeyAnswer(string clusterName, RunningNode running)
{
    // Clocks and sentences hold nothing that a browser could take for markup, and the answers are JSON.
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal Task WriteAsync(HttpContext context, KeyOperation operation, OperationResult result)
    {
        context.Response.Headers[KeyApi.CoordinatorHeader] = result.Coordinator;
        context.Response.Headers[KeyApi.ReplicasHeader] = string.Join(',', result.Answered);
        return result.Status switch
        {
            OperationStatus.Found => WriteJsonAsync(context, StatusCodes.Status200OK, writer => WriteSiblings(writer, operation.Key, result)),
            OperationStatus.Created => WriteMessageAsync(context, StatusCodes.Status201Created, "Created.", ClockOf(operation.Key, result.Seen)),
            OperationStatus.Written => WriteMessageAsync(context, StatusCodes.Status200OK, "Written.", ClockOf(operation.Key, result.Seen)),
            OperationStatus.Deleted => WriteMessageAsync(context, StatusCodes.Status200OK, "Deleted.", clock: null),
            _ => ProblemOf(operation, result).WriteAsync(context),
        };
    }

    private Problem ProblemOf(KeyOperation operation, OperationResult result) => result.Status switch
    {
        OperationStatus.NotFound => new(404, ProblemTypes.NotFound, "The key has no value."),
        OperationStatus.AlreadyExists => new(409, ProblemTypes.AlreadyExists, "The key has a value, given here with its clock. To replace it, PUT with the clock.")
        {
            WriteMembers = writer => WriteSiblingMembers(writer, operation.Key, result),
        },
        OperationStatus.QuorumNotReached => new(504, ProblemTypes.QuorumNotReached, QuorumDetail(operation, result))
        {
            WriteMembers = writer =>
            {
                writer.WriteNumber("needed", result.Needed);
                writer.WriteNumber("answered", result.Answered.Length);
                writer.WriteNumber("replicas", result.Replicas);
            },
        },
        OperationStatus.Overloaded => Problem.Overloaded,
        OperationStatus.NotServing => Problem.NotServing(running.Node.Trouble),
        OperationStatus.StoreFull => new(507, ProblemTypes.StoreFull, "The disk of the node that coordinates this key is full. Reads go on; writes work again once there is room."),
        OperationStatus.TooManySiblings => new(413, ProblemTypes.TooManySiblings, "The key has more unresolved values than a record may hold. Read it, merge the values, and PUT the result with the clock of that read."),
        _ => new(500, ProblemTypes.Internal, "The node failed. Its log tells why, under the trace id given here."),
    };

    private static string QuorumDetail(KeyOperation operation, OperationResult result)
    {
        var counts = string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"{result.Answered.Length} of {result.Replicas} replicas answered, and {result.Needed} had to.");
        return operation is GetKey ? counts : counts + " The write may still take effect.";
    }

    private static Task WriteMessageAsync(HttpContext context, int status, string message, string? clock) => WriteJsonAsync(context, status, writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("message", message);
        if (clock is not null)
        {
            writer.WriteString("clock", clock);
        }

        writer.WriteEndObject();
    });

    private void WriteSiblings(Utf8JsonWriter writer, Key key, OperationResult result)
    {
        writer.WriteStartObject();
        WriteSiblingMembers(writer, key, result);
        writer.WriteEndObject();
    }

    private void WriteSiblingMembers(Utf8JsonWriter writer, Key key, OperationResult result)
    {
        writer.WriteStartArray("value");
        foreach (var sibling in result.Versions.Siblings)
        {
            // Checked when it came in; the same bytes go out.
            writer.WriteRawValue(sibling.Value.Span, skipInputValidation: true);
        }

        writer.WriteEndArray();
        writer.WriteString("clock", ClockOf(key, result.Seen));
    }

    private string ClockOf(Key key, VersionVector seen) => ContextToken.Encode(clusterName, key, seen);

    private static async Task WriteJsonAsync(HttpContext context, int status, Action<Utf8JsonWriter> write)
    {
        using var body = new MemoryStream();
        using (var writer = new Utf8JsonWriter(body, WriterOptions))
        {
            write(writer);
        }

        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body.GetBuffer().AsMemory(0, (int)body.Length), context.RequestAborted);
    }
}
