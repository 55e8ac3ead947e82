using DaprDynamo.Cluster.Storing;

namespace DaprDynamo.Storage;

/// <summary>
/// A change on its way to disk. It is applied inside a transaction and answered only when that transaction's outcome
/// is known, since what it read may come from changes of the same transaction.
/// </summary>
internal sealed class PendingChange(Func<WriteSession, StoredRecord?> apply, CancellationToken cancellationToken)
{
    // Callers go on elsewhere: the thread that writes has the next batch to do.
    private readonly TaskCompletionSource<StoredRecord?> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private StoredRecord? _result;
    private Exception? _ownError;

    /// <summary>Ends when the change is on disk or has failed.</summary>
    public Task<StoredRecord?> Done => _done.Task;

    /// <summary>Whether nobody waits for it any more.</summary>
    public bool IsGivenUp => cancellationToken.IsCancellationRequested;

    public void Apply(WriteSession session) => _result = apply(session);

    /// <summary>Notes that this change failed by its own doing, and wrote nothing.</summary>
    public void FailAlone(Exception error) => _ownError = error;

    /// <summary>The transaction is on disk.</summary>
    public void Complete()
    {
        if (_ownError is null)
        {
            _done.TrySetResult(_result);
        }
        else
        {
            Fail(_ownError);
        }
    }

    /// <summary>The transaction failed, so nothing of it happened.</summary>
    public void Fail(Exception error)
    {
        _done.TrySetException(_ownError ?? error);
        // A caller that gave up never looks at the failure; looking here keeps it from being reported as unobserved.
        _ = _done.Task.Exception;
    }

    /// <summary>The change was not begun, because its caller had given up.</summary>
    public void Cancel() => _done.TrySetCanceled(cancellationToken);
}
