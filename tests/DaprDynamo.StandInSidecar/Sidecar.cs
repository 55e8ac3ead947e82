using System.Globalization;
using System.Net;

namespace DaprDynamo.StandInSidecar;

/// <summary>Puts the stand-in together: the port of its application and, beside it, the port of the other sidecars.</summary>
internal static class Sidecar
{
    private const string TokenHeader = "dapr-api-token";

    internal static WebApplication Build(SidecarOptions options)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddSimpleConsole().SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Parse(options.Host), options.HttpPort);
            kestrel.Listen(IPAddress.Parse(options.Host), options.InternalPort);
            kestrel.Limits.MaxRequestBodySize = null;

            // Somewhat more than it is told passes in the real one too.
            kestrel.Limits.MaxRequestHeadersTotalSize = 2 * options.ReadBufferSizeBytes;
            kestrel.Limits.MaxRequestLineSize = Math.Max(2 * options.ReadBufferSizeBytes, 8 * 1024);
        });
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton<ConsulNames>().AddHostedService(provider => provider.GetRequiredService<ConsulNames>());
        builder.Services.AddSingleton<AppHealth>().AddHostedService(provider => provider.GetRequiredService<AppHealth>());
        builder.Services.AddSingleton<OwnApp>();
        builder.Services.AddSingleton<Invocations>();
        var app = builder.Build();
        var invocations = app.Services.GetRequiredService<Invocations>();
        var ownApp = app.Services.GetRequiredService<OwnApp>();
        app.Run(context => context.Connection.LocalPort == options.InternalPort ? invocations.TakeFromSidecarAsync(context) : TakeAsync(context, options, invocations, ownApp));
        return app;
    }

    private static async Task TakeAsync(HttpContext context, SidecarOptions options, Invocations invocations, OwnApp ownApp)
    {
        var path = context.Request.Path.Value ?? "";
        if (path is "/v1.0/healthz" or "/v1.0/healthz/outbound")
        {
            // The whole health waits for the application, the outbound one does not.
            context.Response.StatusCode = path == "/v1.0/healthz/outbound" || await ownApp.HasBegunAsync(context.RequestAborted)
                ? StatusCodes.Status204NoContent
                : StatusCodes.Status500InternalServerError;
            return;
        }

        if (options.ApiToken is { } token && context.Request.Headers[TokenHeader] != token)
        {
            context.Response.StatusCode = StatusCodes.Status401Unauthorized;
            context.Response.ContentType = "text/plain";
            await context.Response.WriteAsync("invalid api token");
            return;
        }

        if (path == "/v1.0/metadata")
        {
            await context.Response.WriteAsJsonAsync(new { id = options.AppId, runtimeVersion = "stand-in", appConnectionProperties = new { port = options.App.Port.ToString(CultureInfo.InvariantCulture) } });
            return;
        }

        if (!await invocations.TryTakeAsync(context))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
        }
    }
}
