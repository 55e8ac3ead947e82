using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Net.Http.Headers;

namespace DaprDynamo.Portal.Proxy;

/// <summary>Gives a body to whatever ends without one: a page for browsers, problem details for programs.</summary>
internal static class UnhandledProblems
{
    private const string NotFoundPage = "/not-found";

    internal static void UseProblems(this IApplicationBuilder app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            AllowStatusCode404Response = true,
            SuppressDiagnosticsCallback = static failure => failure.Exception is BadHttpRequestException or OperationCanceledException,
            ExceptionHandler = static context =>
            {
                var problem = context.Features.Get<IExceptionHandlerFeature>()?.Error is BadHttpRequestException refused
                    ? Problem.BadRequest(refused.StatusCode, refused.Message)
                    : Problem.Internal;
                return problem.WriteAsync(context);
            },
        });
        app.UseWhen(WantsPage, static pages => pages.UseStatusCodePagesWithReExecute(NotFoundPage, createScopeForStatusCodePages: true));
        app.UseWhen(static context => !WantsPage(context), static programs => programs.UseStatusCodePages(static pages =>
            ForStatus(pages.HttpContext.Response.StatusCode).WriteAsync(pages.HttpContext)));
    }

    /// <summary>Whether whoever asks would show HTML to somebody.</summary>
    internal static bool WantsPage(HttpContext context) =>
        HttpMethods.IsGet(context.Request.Method) && context.Request.Headers[HeaderNames.Accept].ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    private static Problem ForStatus(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => Problem.Unauthorized,
        StatusCodes.Status404NotFound => Problem.NoSuchPath,
        StatusCodes.Status405MethodNotAllowed => Problem.MethodNotAllowed,
        _ => Problem.BadRequest(status, "The request cannot be served as it is."),
    };
}
