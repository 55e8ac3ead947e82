using DaprDynamo.Cluster.Storing;

namespace DaprDynamo.Node.Admin;

/// <summary>The way to an even ring once it was asked for, step by step, and what it waits for meanwhile.</summary>
internal sealed class StepsToEven(ILogger logger)
{
    // Every step makes the ring strictly more even, so there is an end; this is only a bound on how long it is tried.
    internal const int AttemptsMax = 2000;

    private volatile int _attemptsLeft;
    private volatile string? _objection;

    internal bool IsWanted => _attemptsLeft > 0;

    /// <summary>Why the next step has not begun, in a sentence; null when nothing stands in its way.</summary>
    internal string? WaitsFor => _objection is { } objection ? $"The next step towards an even ring waits. {objection}" : null;

    /// <summary>Begins, or goes on for longer.</summary>
    /// <param name="begun">What came of the first step.</param>
    internal void Begin((string? NodeId, string? Objection) begun)
    {
        if (begun.NodeId is not null)
        {
            (_objection, _attemptsLeft) = (null, AttemptsMax);
        }
    }

    /// <summary>Tries to take the next step.</summary>
    internal async Task ContinueAsync(Func<Task<(string? NodeId, string? Objection)>> takeStep)
    {
        try
        {
            var (nodeId, objection) = await takeStep();
            if (nodeId is null && objection is null)
            {
                (_objection, _attemptsLeft) = (null, 0);
                logger.LogInformation("The ring is even");
                return;
            }

            WaitFor(objection);
        }
        catch (StoreException failure)
        {
            // A full disk, for one: reads go on, and so does this when there is room again.
            WaitFor($"It could not be written down: {failure.Message}");
        }

        if (--_attemptsLeft == 0)
        {
            GiveUp($"It has been tried {AttemptsMax} times. {_objection ?? "The ring is still not even."}");
        }
    }

    /// <summary>Ends before the ring is even.</summary>
    internal void GiveUp(string why)
    {
        (_objection, _attemptsLeft) = (null, 0);
        logger.LogWarning("Making the ring even is given up. {Why}", why);
    }

    private void WaitFor(string? objection)
    {
        if (objection is not null && objection != _objection)
        {
            logger.LogInformation("The next step towards an even ring waits. {Objection}", objection);
        }

        _objection = objection;
    }
}
