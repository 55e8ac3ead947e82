using System.Globalization;
using System.Text;
using DaprDynamo.Cluster.Operations;
using DaprDynamo.Core.Ring;
using DaprDynamo.Core.Versioning;

namespace DaprDynamo.Simulation.Clients;

/// <summary>One operation as its client knows it: what it asked, when, and what it heard.</summary>
/// <param name="Number">Which of the run's operations it is, counted from 1 in the order in which they began.</param>
/// <param name="Client">Who asked.</param>
/// <param name="NodeId">Whom.</param>
/// <param name="Operation">What.</param>
/// <param name="InvokedAt">When it began.</param>
/// <param name="Timeout">How long the client was ready to wait.</param>
internal sealed record HistoryEntry(int Number, string Client, string NodeId, KeyOperation Operation, TimeSpan InvokedAt, TimeSpan Timeout)
{
    /// <summary>When the client heard of its end; null when it never did.</summary>
    internal TimeSpan? CompletedAt { get; set; }

    /// <summary>What the client heard; null when it never did: the operation may have happened, and may still.</summary>
    internal OperationResult? Result { get; set; }

    /// <summary>
    /// Whether all whose answers counted keep the key themselves, and kept it all the time: no one stood in for another. What
    /// is acknowledged with the help of a stand-in a read may miss until the stand-in has handed it over (Dynamo, section 4.6).
    /// </summary>
    internal bool IsByPrimaries { get; set; }

    /// <summary>Whether the ring was changing when it began or when it ended.</summary>
    internal bool IsDuringChange { get; set; }

    internal Key Key => Operation.Key;

    /// <summary>The value written, unique in the run; null for reads and deletes.</summary>
    internal ReadOnlyMemory<byte>? Value => Operation switch
    {
        PutKey put => put.Value,
        CreateKey create => create.Value,
        _ => null,
    };

    internal bool IsAcknowledgedWrite => Result?.Status is OperationStatus.Created or OperationStatus.Written;

    internal bool IsAcknowledgedDelete => Result?.Status is OperationStatus.Deleted;

    /// <summary>Whether a read got an answer that counts.</summary>
    internal bool IsAnsweredRead => Operation is GetKey && Result?.Status is OperationStatus.Found or OperationStatus.NotFound;

    /// <summary>Whether the answer says that nothing was changed.</summary>
    internal bool IsCertainlyNotApplied => Result?.Status is
        OperationStatus.AlreadyExists or OperationStatus.NotFound or OperationStatus.Overloaded or OperationStatus.TooManySiblings;

    /// <summary>What the client gave as read; null when it gave nothing.</summary>
    internal VersionVector? GivenContext => Operation switch
    {
        PutKey put => put.Context,
        DeleteKey delete => delete.Context,
        _ => null,
    };

    /// <summary>The value that the run's n-th operation writes: a JSON number.</summary>
    internal static ReadOnlyMemory<byte> ValueOf(int number) => Encoding.UTF8.GetBytes(number.ToString(CultureInfo.InvariantCulture));

    /// <inheritdoc/>
    public override string ToString()
    {
        var what = Operation switch
        {
            GetKey => "get",
            CreateKey => "create",
            PutKey put => $"put over {put.Context}",
            DeleteKey delete => $"delete of {delete.Context?.ToString() ?? "whatever is there"}",
            _ => Operation.GetType().Name,
        };
        var end = Result is null
            ? "unanswered"
            : string.Create(CultureInfo.InvariantCulture, $"{Result.Status} at {CompletedAt!.Value.TotalSeconds:F3} s by {Result.Coordinator}");
        return string.Create(CultureInfo.InvariantCulture, $"#{Number} ({Client}, {what}, begun at {InvokedAt.TotalSeconds:F3} s, {end})");
    }
}
