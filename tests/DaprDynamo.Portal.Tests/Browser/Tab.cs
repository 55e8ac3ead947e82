using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Xunit;

namespace DaprDynamo.Portal.Tests.Browser;

/// <summary>A tab of the browser that takes note of everything that goes wrong in it.</summary>
public sealed class Tab : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _errors = [];

    internal Tab(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                _errors.Enqueue($"{message.Type}: {message.Text}");
            }
        };
        page.PageError += (_, error) => _errors.Enqueue(error);
        page.RequestFailed += (_, request) =>
        {
            // What is under way when a page is left is given up, as it should be.
            if (request.Failure is not ("net::ERR_ABORTED" or null))
            {
                _errors.Enqueue($"{request.Url}: {request.Failure}");
            }
        };
    }

    /// <summary>The page in it.</summary>
    public IPage Page { get; }

    /// <summary>Opens a page of the portal and waits until it is connected.</summary>
    public async Task GoToAsync(string path)
    {
        var answer = await Page.GotoAsync(path);
        Assert.True(answer!.Ok, $"{path} answered {answer.Status}.");
        await Page.Locator("main[data-live=true]").WaitForAsync();
    }

    /// <summary>Waits until the tab shows another address, given as a pattern of its path and query.</summary>
    /// <remarks>
    /// Not by <c>WaitForURLAsync</c>: that looks once and listens then, and what moves within the page between the two it
    /// waits for in vain.
    /// </remarks>
    public Task ArrivesAtAsync([StringSyntax(StringSyntaxAttribute.Regex)] string pathAndQuery) =>
        Assertions.Expect(Page).ToHaveURLAsync(new Regex($"^http://[^/]+{pathAndQuery}$"));

    /// <summary>Fails when the browser complained of anything.</summary>
    public void AssertNoErrors() => Assert.True(_errors.IsEmpty, string.Join('\n', _errors));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await _context.CloseAsync();
}
