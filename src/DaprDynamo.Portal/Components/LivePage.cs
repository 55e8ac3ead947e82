using Microsoft.AspNetCore.Components;

namespace DaprDynamo.Portal.Components;

/// <summary>
/// A page that shows what changes by itself. It is drawn anew when what it shows has changed, four times a second at most, and not at
/// all while nothing changes.
/// </summary>
public abstract class LivePage : ComponentBase, IAsyncDisposable
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);

    private readonly CancellationTokenSource _gone = new();
    private Task _watch = Task.CompletedTask;

    /// <summary>The portal's clock.</summary>
    [Inject]
    protected TimeProvider Time { get; set; } = default!;

    /// <summary>Cancelled when the page is left.</summary>
    protected CancellationToken Gone => _gone.Token;

    /// <summary>Differs from the last look's exactly when the page is to be drawn anew. Called often: a sum of versions, not work.</summary>
    protected abstract long ReadVersion();

    /// <summary>Called before the page is drawn anew because of what has changed: the place to gather what is shown.</summary>
    protected virtual void OnChanged()
    {
    }

    /// <inheritdoc/>
    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
        {
            _watch = WatchAsync();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _gone.CancelAsync();
        await _watch;
        _gone.Dispose();
        await DisposeOwnAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Ends what the page itself began.</summary>
    protected virtual ValueTask DisposeOwnAsync() => ValueTask.CompletedTask;

    private async Task WatchAsync()
    {
        var shown = long.MinValue;
        using var timer = new PeriodicTimer(LookEvery, Time);
        try
        {
            while (await timer.WaitForNextTickAsync(_gone.Token))
            {
                if (ReadVersion() is var version && version != shown)
                {
                    shown = version;
                    await InvokeAsync(() =>
                    {
                        OnChanged();
                        StateHasChanged();
                    });
                }
            }
        }
        catch (Exception left) when (left is OperationCanceledException or ObjectDisposedException)
        {
            // The page was left.
        }
#pragma warning disable CA1031 // Shown in place of the page, and logged, as any failure of a component is.
        catch (Exception failure)
        {
            await DispatchExceptionAsync(failure);
        }
#pragma warning restore CA1031
    }
}
