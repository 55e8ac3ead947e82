using Bunit;
using DaprDynamo.Portal.Components.Layout;
using DaprDynamo.Portal.Live;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Radzen;
using Xunit;

namespace DaprDynamo.Portal.Tests.Components.Layout;

public sealed class MainLayoutTests : BunitContext
{
    public MainLayoutTests()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        SomeUser.In(Services);
        Services.AddRadzenComponents();
        Services.AddSingleton(new PortalOptions());
        Services.AddSingleton(new LiveCluster());
        Services.AddSingleton(TimeProvider.System);
        SetRendererInfo(new RendererInfo("Server", isInteractive: true));
    }

    [Fact]
    public void A_page_that_fails_does_not_take_the_next_one_with_it()
    {
        var layout = Render<MainLayout>(parameters => parameters.Add(it => it.Body, _ => throw new InvalidOperationException("The page's own fault.")));
        Assert.Equal("This page failed", layout.Find("main h1").TextContent);
        layout.Render(parameters => parameters.Add(it => it.Body, builder => builder.AddMarkupContent(0, "<h1>Keys</h1>")));
        Assert.Equal("Keys", layout.Find("main h1").TextContent);
    }
}
