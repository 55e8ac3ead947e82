using DaprDynamo.Transport.Protocol;

namespace DaprDynamo.Transport.Endpoints;

/// <summary>
/// The room that one batch of answers has. A batch may hold hundreds of reads of the largest records there are: what does not
/// fit is asked for again, in a batch of its own. Safe to use from many threads.
/// </summary>
/// <param name="sizeBytesMax">How large the answers may be together.</param>
internal sealed class AnswerBudget(int sizeBytesMax)
{
    private static readonly Answer AskAgain = new() { AskAgain = new() };

    private long _sizeBytes;

    /// <summary>
    /// Answers a request, or says that it is to be asked again. What changes something is always answered, and so is the first of
    /// all: the sender gets on with every batch. Once the room is used up nothing more is read for it.
    /// </summary>
    internal async Task<Answer> AnswerAsync(Request request, Func<Task<Answer>> answerAsync)
    {
        if (!Repeatable.Is(request))
        {
            var must = await answerAsync().ConfigureAwait(false);
            Interlocked.Add(ref _sizeBytes, must.CalculateSize());
            return must;
        }

        if (Interlocked.Read(ref _sizeBytes) >= sizeBytesMax)
        {
            return AskAgain;
        }

        var answer = await answerAsync().ConfigureAwait(false);
        var size = answer.CalculateSize();
        while (Interlocked.Read(ref _sizeBytes) is var taken && (taken == 0 || taken + size <= sizeBytesMax))
        {
            if (Interlocked.CompareExchange(ref _sizeBytes, taken + size, taken) == taken)
            {
                return answer;
            }
        }

        return AskAgain;
    }
}
