namespace DaprDynamo.Portal.Access;

/// <summary>Where people sign in and out.</summary>
internal static class SignInPaths
{
    internal const string SignIn = "/sign-in";
    internal const string SignOut = "/sign-out";
    internal const string ReturnParameter = "returnUrl";
}
