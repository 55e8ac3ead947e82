using Microsoft.Extensions.Logging;

namespace DaprDynamo.ServiceDefaults.Logging;

/// <summary>
/// The logger factory's scopes without paths. ASP.NET Core opens a scope with the path around every request it serves, and
/// HttpClient one around every request it sends; a path holds a key, and keys are users' data that logs do not keep.
/// </summary>
internal sealed class PathFreeScopes(IExternalScopeProvider inner) : IExternalScopeProvider
{
    public void ForEachScope<TState>(Action<object?, TState> callback, TState state) =>
        inner.ForEachScope(
            static (scope, outer) => outer.callback(WithoutPath(scope), outer.state),
            (callback, state));

    public IDisposable Push(object? state) => inner.Push(state);

    /// <summary>A scope as it may be logged.</summary>
    public static object? WithoutPath(object? scope)
    {
        if (scope is not IReadOnlyList<KeyValuePair<string, object?>> pairs || !pairs.Any(IsPath))
        {
            return scope;
        }

        // The template goes too: it would be rendered with the path in it.
        return pairs.Where(pair => !IsPath(pair) && pair.Key != "{OriginalFormat}").ToList();
    }

    private static bool IsPath(KeyValuePair<string, object?> pair) => pair.Key is LogProperties.RequestPath or LogProperties.Uri;
}
