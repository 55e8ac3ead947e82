using DaprDynamo.Portal.Audit;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace DaprDynamo.Portal.Access;

/// <summary>Ends the sign-in of a browser: <c>POST /sign-out</c>, from the portal's own pages only.</summary>
internal static class SignOutEndpoint
{
    internal static void MapSignOut(this IEndpointRouteBuilder routes) => routes.MapPost(SignInPaths.SignOut, SignOutAsync).DisableAntiforgery();

    private static async Task<IResult> SignOutAsync(HttpContext context, IAntiforgery antiforgery, AuditLog audit, SignedOut signedOut)
    {
        if (!await antiforgery.IsRequestValidAsync(context))
        {
            return Results.BadRequest("The form is too old. Go back, reload the page and try again.");
        }

        await audit.WriteAsync(context.User.Identity?.Name ?? "", "sign out", "done");
        signedOut.Add(context.User);
        await context.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        return Results.LocalRedirect(SignInPaths.SignIn);
    }
}
