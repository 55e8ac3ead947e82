using Bunit;
using DaprDynamo.Portal.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace DaprDynamo.Portal.Tests.Components;

public sealed class LivePageTests : BunitContext
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ManualTime _time = new();

    public LivePageTests() => Services.AddSingleton<TimeProvider>(_time);

    [Fact]
    public void However_fast_things_change_it_is_drawn_four_times_a_second()
    {
        var page = Render<Counter>();
        for (var quarter = 1; quarter <= 8; quarter++)
        {
            for (var step = 0; step < 50; step++)
            {
                page.Instance.Changes++;
                _time.Advance(TimeSpan.FromMilliseconds(5));
            }

            page.WaitForState(() => page.Instance.Gathered == quarter, Patience);
        }

        // Once at first, then four times in each of two seconds, for four hundred changes.
        Assert.Equal(9, page.RenderCount);
        Assert.Equal(400, page.Instance.Changes);
    }

    [Fact]
    public void It_is_not_drawn_while_nothing_changes()
    {
        var page = Render<Counter>();
        page.Instance.Changes++;
        for (var quarter = 1; quarter <= 3; quarter++)
        {
            var looks = page.Instance.Looks;
            _time.Advance(TimeSpan.FromMilliseconds(250));
            page.WaitForState(() => page.Instance.Looks > looks, Patience);
        }

        // The look after the last one is over when the next change shows.
        page.Instance.Changes++;
        _time.Advance(TimeSpan.FromMilliseconds(250));
        page.WaitForState(() => page.Instance.Gathered == 2, Patience);
        Assert.Equal(3, page.RenderCount);
    }

    private sealed class Counter : LivePage
    {
        private int _looks;

        public long Changes { get; set; }

        public int Gathered { get; private set; }

        public int Looks => _looks;

        protected override long ReadVersion()
        {
            Interlocked.Increment(ref _looks);
            return Changes;
        }

        protected override void OnChanged() => Gathered++;

        protected override void BuildRenderTree(RenderTreeBuilder builder) => builder.AddContent(0, Changes);
    }
}
