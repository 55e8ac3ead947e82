using System.Net;
using System.Text.RegularExpressions;
using DaprDynamo.IntegrationTests.Processes;
using Microsoft.AspNetCore.Builder;

namespace DaprDynamo.Portal.Tests.Access;

/// <summary>A portal in this process, on a port of its own, whose cluster does not answer.</summary>
internal sealed partial class PortalUnderTest : IAsyncDisposable
{
    private readonly WebApplication _host;
    private readonly TempFolder _folder;

    private PortalUnderTest(WebApplication host, TempFolder folder)
    {
        (_host, _folder) = (host, folder);
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = Cookies, UseProxy = false }) { BaseAddress = new Uri(host.Urls.First()) };
    }

    internal CookieContainer Cookies { get; } = new();

    internal HttpClient Http { get; }

    internal string AuditText => File.Exists(Path.Combine(_folder.Path, "audit.jsonl")) ? File.ReadAllText(Path.Combine(_folder.Path, "audit.jsonl")) : "";

    internal static async Task<PortalUnderTest> StartAsync(params string[] arguments)
    {
        var folder = new TempFolder();
        try
        {
            var host = Build(folder, ["--urls", "http://127.0.0.1:0", .. arguments]);
            await host.StartAsync();
            return new PortalUnderTest(host, folder);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    internal static WebApplication Build(TempFolder folder, params string[] arguments) => PortalHost.Build(
        [$"--Portal:DataDirectory={folder.Path}", "--Portal:Nodes:0=http://127.0.0.1:9", .. arguments], configureDefaults: defaults => defaults.ConsoleOutput = TextWriter.Null);

    /// <summary>Opens the sign-in page and sends a token with its form.</summary>
    internal async Task<HttpResponseMessage> SignInAsync(string token, string path = "/sign-in")
    {
        var page = await Http.GetStringAsync(path);
        var antiforgery = Antiforgery().Match(page).Groups[1].Value;
        return await Http.PostAsync(path, new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["_handler"] = "sign-in", ["__RequestVerificationToken"] = antiforgery, ["Token"] = token,
        }));
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _host.StopAsync();
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Antiforgery();
}
