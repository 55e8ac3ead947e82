using System.Net;
using Xunit;

namespace DaprDynamo.Portal.Tests.Access;

public sealed class SignInEndTests
{
    private static readonly string[] WithTokens = ["--Portal:Token=operators-secret", "--Portal:ViewerToken=viewers-secret"];

    [Theory]
    [InlineData("operators-secret", "--Portal:Token=another", "--Portal:ViewerToken=viewers-secret", false)]
    [InlineData("operators-secret", "--Portal:Token=operators-secret", "--Portal:ViewerToken=another", true)]
    [InlineData("viewers-secret", "--Portal:Token=operators-secret", "--Portal:ViewerToken=", false)]
    [InlineData("viewers-secret", "--Portal:Token=another", "--Portal:ViewerToken=viewers-secret", true)]
    public async Task Another_token_ends_the_sign_ins_with_the_old_one_and_no_others(string token, string nextToken, string nextViewerToken, bool isStillLetIn)
    {
        await using var portal = await PortalUnderTest.StartAsync(WithTokens);
        using var signedIn = await portal.SignInAsync(token);
        await portal.RestartAsync(nextToken, nextViewerToken);
        using var page = await portal.Http.GetAsync("/members");
        Assert.Equal(isStillLetIn ? HttpStatusCode.OK : HttpStatusCode.Redirect, page.StatusCode);
    }

    [Fact]
    public async Task Who_has_signed_out_is_out_also_with_a_copy_of_the_cookie()
    {
        await using var portal = await PortalUnderTest.StartAsync(WithTokens);
        using var signedIn = await portal.SignInAsync("operators-secret");
        var copy = Assert.Single(portal.Cookies.GetAllCookies(), cookie => cookie.Name == "daprdynamo-portal");
        using var signedOut = await portal.PostFormAsync("/members", "/sign-out", []);
        Assert.Equal(HttpStatusCode.Redirect, signedOut.StatusCode);
        portal.Cookies.Add(new Cookie(copy.Name, copy.Value, "/", "127.0.0.1"));
        using var page = await portal.Http.GetAsync("/members");
        Assert.Equal(HttpStatusCode.Redirect, page.StatusCode);
    }

    [Fact]
    public async Task The_keys_that_cookies_are_made_with_are_for_the_portals_own_user()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        await using var portal = await PortalUnderTest.StartAsync(WithTokens);
        using var signedIn = await portal.SignInAsync("operators-secret");
        var folder = Path.Combine(portal.Folder, "keys");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        Assert.NotEmpty(Directory.GetFiles(folder));
    }
}
