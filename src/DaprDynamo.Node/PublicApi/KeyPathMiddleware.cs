using DaprDynamo.Contracts.PublicApi;
using Microsoft.AspNetCore.Http.Features;

namespace DaprDynamo.Node.PublicApi;

/// <summary>What the target of a key request names, as it was sent.</summary>
/// <param name="EncodedKey">The key's part of the path, still encoded.</param>
internal sealed record KeyPathFeature(string EncodedKey);

/// <summary>
/// Takes the key out of the request's raw target before routing looks at the path, so that a key such as
/// <c>../admin/ring</c> or <c>a//b</c> stays a key.
/// </summary>
internal static class KeyPathMiddleware
{
    /// <summary>What routing sees in place of the key.</summary>
    private const string RoutedPath = KeyApi.PathPrefix + "key";

    internal static void UseKeyPaths(this IApplicationBuilder app) => app.Use(static (context, next) =>
    {
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget;
        if (target is not null && KeyPath.TryFind(target, out var encodedKey))
        {
            context.Features.Set(new KeyPathFeature(encodedKey));
            context.Request.Path = RoutedPath;
        }

        return next(context);
    });
}
