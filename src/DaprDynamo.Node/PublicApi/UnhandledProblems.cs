using DaprDynamo.Contracts.PublicApi;
using Microsoft.AspNetCore.Diagnostics;

namespace DaprDynamo.Node.PublicApi;

/// <summary>Gives problem details to whatever ends without an answer of its own: unknown paths and verbs, refused bodies, our own failures.</summary>
internal static class UnhandledProblems
{
    internal static void UseProblemDetails(this IApplicationBuilder app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            AllowStatusCode404Response = true,
            SuppressDiagnosticsCallback = static failure => failure.Exception is BadHttpRequestException or OperationCanceledException,
            ExceptionHandler = static context =>
            {
                var problem = context.Features.Get<IExceptionHandlerFeature>()?.Error switch
                {
                    BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => Problem.ValueTooLarge,
                    BadHttpRequestException refused => new Problem(refused.StatusCode, ProblemTypes.BadRequest, refused.Message),
                    _ => new Problem(500, ProblemTypes.Internal, "The node failed. Its log tells why, under the trace id given here."),
                };
                return problem.WriteAsync(context);
            },
        });
        app.UseStatusCodePages(static pages => ForStatus(pages.HttpContext.Response.StatusCode).WriteAsync(pages.HttpContext));
    }

    private static Problem ForStatus(int status) => status switch
    {
        StatusCodes.Status404NotFound => new Problem(status, ProblemTypes.NoSuchPath, "There is nothing at this path. Keys live under /v1/."),
        StatusCodes.Status405MethodNotAllowed => new Problem(status, ProblemTypes.MethodNotAllowed, "This path does not know the verb; the header Allow names those it does."),
        _ => new Problem(status, ProblemTypes.BadRequest, "The request cannot be served as it is."),
    };
}
