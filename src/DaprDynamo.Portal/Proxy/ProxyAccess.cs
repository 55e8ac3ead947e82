using DaprDynamo.Portal.Access;
using Microsoft.AspNetCore.Authorization;

namespace DaprDynamo.Portal.Proxy;

/// <summary>Whether a client may do through the proxy what it asks for.</summary>
internal sealed class ProxyAccess(PortalOptions options, IAuthorizationService authorization)
{
    /// <summary>Whether a verb changes nothing. One that nobody knows changes nothing either, but that is for nodes to say.</summary>
    internal static bool IsRead(string method) =>
        HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method) || HttpMethods.IsTrace(method);

    /// <summary>Why not; null when it may.</summary>
    internal async Task<Problem?> RefusalOfAsync(HttpContext context)
    {
        if (!(await authorization.AuthorizeAsync(context.User, Policies.Look)).Succeeded)
        {
            return BearerHandler.RefusalOf(context);
        }

        if (IsRead(context.Request.Method))
        {
            return null;
        }

        return (await authorization.AuthorizeAsync(context.User, Policies.Change)).Succeeded ? null : options.ReadOnly ? Problem.ReadOnly : Problem.OnlyLooking;
    }
}
