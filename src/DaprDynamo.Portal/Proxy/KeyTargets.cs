using DaprDynamo.Contracts.PublicApi;
using Microsoft.AspNetCore.Http.Features;

namespace DaprDynamo.Portal.Proxy;

/// <summary>
/// Takes the key out of the request's raw target before routing looks at the path, so that a key such as <c>../members</c> or
/// <c>a//b</c> stays a key.
/// </summary>
internal static class KeyTargets
{
    /// <summary>The pattern of all keys; logs show it in place of the path.</summary>
    internal const string RoutedPattern = KeyApi.PathPrefix + "{key}";

    private const string RoutedPath = KeyApi.PathPrefix + "key";

    internal static void UseKeyTargets(this IApplicationBuilder app) => app.Use(static (context, next) =>
    {
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget;
        if (target is not null && KeyPath.TryFind(target, out var encodedKey))
        {
            context.Features.Set(KeyTarget.Read(target, encodedKey, context.Request.Query[KeyApi.EncodingParameter]));
            context.Request.Path = RoutedPath;
        }

        return next(context);
    });
}
