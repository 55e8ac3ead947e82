namespace DaprDynamo.Portal.Hubs;

/// <summary>
/// One client's watch of one group. It is sent one message at a time: a client that does not take its message keeps no other waiting,
/// and is told the latest when it does. For the publisher alone, which is one thread.
/// </summary>
/// <param name="connectionId">The client's connection.</param>
/// <param name="told">How much of the group's news it needs not be told.</param>
internal sealed class HubWatcher(string connectionId, long told)
{
    private Task _sending = Task.CompletedTask;

    internal string ConnectionId => connectionId;

    /// <summary>The version of the group's news that it was told last.</summary>
    internal long Told { get; private set; } = told;

    /// <summary>Whether it is to be told of a version now.</summary>
    internal bool Wants(long version) => version != Told && _sending.IsCompleted;

    /// <summary>Tells it.</summary>
    internal void Tell(long version, Func<Task> send)
    {
        Told = version;
        _sending = SendAsync(send);
    }

    private static async Task SendAsync(Func<Task> send)
    {
        try
        {
            await send();
        }
#pragma warning disable CA1031 // Whatever it was, the connection ends, and its watch with it.
        catch (Exception)
        {
            // The client has gone.
        }
#pragma warning restore CA1031
    }
}
