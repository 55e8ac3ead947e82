using DaprDynamo.Transport.Endpoints;
using Microsoft.AspNetCore.Http;

namespace DaprDynamo.Transport.Dapr;

/// <summary>Tells what a sidecar passes on to its application from what others send there, by the headers that sidecars add.</summary>
public static class SidecarRequests
{
    // What sidecars add to every request they pass to an application.
    private static readonly string[] SidecarHeaders = ["dapr-caller-app-id", "dapr-callee-app-id", DaprSettings.TokenHeader];

    /// <summary>Whether a request came through a sidecar, or claims so.</summary>
    public static bool CameThroughSidecar(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Array.Exists(SidecarHeaders, request.Headers.ContainsKey);
    }

    /// <summary>Whether a request shows what the application's own sidecar shows it, <c>APP_API_TOKEN</c>. Where there is no such token every request does.</summary>
    public static bool ShowsAppToken(HttpRequest request, DaprSettings settings)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(settings);
        return settings.AppApiToken is not { } token || (request.Headers[DaprSettings.TokenHeader] is [{ } shown] && PeerToken.AreEqual(shown, token));
    }
}
