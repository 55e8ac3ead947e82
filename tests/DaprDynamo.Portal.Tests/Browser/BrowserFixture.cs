using DaprDynamo.IntegrationTests.Processes;
using Microsoft.Playwright;
using Xunit;

namespace DaprDynamo.Portal.Tests.Browser;

/// <summary>The system's Chromium, without a window. Started when the first test asks for it.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    // It runs as root in CI, talks to this machine only, and starts no services of its own.
    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--disable-dev-shm-usage",
    ];

    // Cold starts on a busy machine take their time.
    private const int PatienceMs = 30_000;

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public Task InitializeAsync() => Task.CompletedTask;

    /// <summary>Opens a tab of its own, with nothing remembered of others.</summary>
    /// <param name="address">The portal.</param>
    /// <param name="scheme">What the system prefers.</param>
    /// <param name="width">The window's width.</param>
    /// <param name="height">The window's height.</param>
    /// <param name="letsScriptsIn">Whether a test may add scripts, which the portal's policy for them forbids.</param>
    public async Task<Tab> OpenAsync(Uri address, ColorScheme scheme = ColorScheme.Light, int width = 1440, int height = 900, bool letsScriptsIn = false)
    {
        Needs.Chromium();
        _playwright ??= await Playwright.CreateAsync();
        _browser ??= await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Programs.Chromium, Args = Arguments });
        var context = await _browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = address.ToString(),
            ColorScheme = scheme,
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ReducedMotion = ReducedMotion.Reduce,
            BypassCSP = letsScriptsIn,
        });
        context.SetDefaultTimeout(PatienceMs);
        Assertions.SetDefaultExpectTimeout(PatienceMs);
        return new Tab(context, await context.NewPageAsync());
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }
}
