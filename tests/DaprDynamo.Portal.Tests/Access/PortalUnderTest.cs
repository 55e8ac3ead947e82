using System.Net;
using System.Text.RegularExpressions;
using DaprDynamo.IntegrationTests.Processes;
using Microsoft.AspNetCore.Builder;

namespace DaprDynamo.Portal.Tests.Access;

/// <summary>A portal in this process, on a port of its own, whose cluster does not answer.</summary>
internal sealed partial class PortalUnderTest : IAsyncDisposable
{
    private WebApplication _host;
    private readonly TempFolder _folder;

    private PortalUnderTest(WebApplication host, TempFolder folder)
    {
        (_host, _folder) = (host, folder);
        Http = CreateClient();
    }

    internal CookieContainer Cookies { get; } = new();

    internal HttpClient Http { get; private set; }

    internal string Folder => _folder.Path;

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

    /// <summary>Stops it and starts it anew, with other settings beside the same files.</summary>
    internal async Task RestartAsync(params string[] arguments)
    {
        Http.Dispose();
        await _host.StopAsync();
        await _host.DisposeAsync();
        _host = Build(_folder, ["--urls", "http://127.0.0.1:0", .. arguments]);
        await _host.StartAsync();
        Http = CreateClient();
    }

    /// <summary>Opens the sign-in page and sends a token with its form.</summary>
    internal Task<HttpResponseMessage> SignInAsync(string token, string path = "/sign-in") =>
        PostFormAsync(path, path, new Dictionary<string, string> { ["_handler"] = "sign-in", ["Token"] = token });

    /// <summary>Opens a page and sends a form of it.</summary>
    internal async Task<HttpResponseMessage> PostFormAsync(string pagePath, string path, Dictionary<string, string> fields)
    {
        var antiforgery = Antiforgery().Match(await Http.GetStringAsync(pagePath)).Groups[1].Value;
        return await Http.PostAsync(path, new FormUrlEncodedContent(new Dictionary<string, string>(fields) { ["__RequestVerificationToken"] = antiforgery }));
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _host.StopAsync();
        await _host.DisposeAsync();
        _folder.Dispose();
    }

    private HttpClient CreateClient() =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = Cookies, UseProxy = false }) { BaseAddress = new Uri(_host.Urls.First()) };

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Antiforgery();
}
