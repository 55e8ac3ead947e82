using DaprDynamo.ServiceDefaults;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;

namespace DaprDynamo.Tests.ServiceDefaults;

/// <summary>A host on a real Kestrel and a port of the system's choosing, its console captured.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    private TestHost(WebApplication app, StringWriter console)
    {
        App = app;
        Console = console;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public WebApplication App { get; }

    public StringWriter Console { get; }

    public HttpClient Client { get; }

    /// <summary>What the host has logged so far. Formatting takes the writer as its lock, and so does this.</summary>
    public string Log
    {
        get
        {
            lock (Console)
            {
                return Console.ToString();
            }
        }
    }

    public static WebApplicationBuilder CreateBuilder(
        StringWriter console, string node = "node-1", Action<ServiceDefaultsOptions>? options = null, params (string Key, string? Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value)));
        builder.AddServiceDefaults(new ServiceIdentity("daprdynamo-test", node, "1.2.3"), defaults =>
        {
            defaults.ConsoleOutput = console;
            options?.Invoke(defaults);
        });
        return builder;
    }

    public static async Task<TestHost> StartAsync(
        Action<WebApplication>? map = null,
        Action<WebApplicationBuilder>? configure = null,
        string node = "node-1",
        Action<ServiceDefaultsOptions>? options = null,
        params (string Key, string? Value)[] settings)
    {
        var console = new StringWriter();
        var builder = CreateBuilder(console, node, options, settings);
        configure?.Invoke(builder);
        var app = builder.Build();
        app.UseServiceDefaults();
        app.MapServiceDefaults();
        map?.Invoke(app);
        await app.StartAsync();
        return new TestHost(app, console);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await App.StopAsync();
        await App.DisposeAsync();
    }
}
