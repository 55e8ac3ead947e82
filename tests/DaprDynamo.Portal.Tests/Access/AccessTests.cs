using System.Net;
using System.Net.Http.Headers;
using System.Text;
using DaprDynamo.IntegrationTests.Processes;
using DaprDynamo.Portal.Access;
using DaprDynamo.ServiceDefaults.Startup;
using Xunit;

namespace DaprDynamo.Portal.Tests.Access;

public sealed class AccessTests
{
    private const string HubPath = "/hubs/cluster/negotiate?negotiateVersion=1";
    private static readonly string[] WithTokens = ["--Portal:Token=operators-secret", "--Portal:ViewerToken=viewers-secret"];

    [Theory]
    [InlineData("http://0.0.0.0:0")]
    [InlineData("http://*:0")]
    [InlineData("http://[::]:0")]
    [InlineData("http://portal.example:0")]
    [InlineData("http://127.0.0.1:0;http://10.0.0.1:0")]
    public async Task Open_to_others_it_does_not_start_without_a_token(string urls)
    {
        using var folder = new TempFolder();
        await using var host = PortalUnderTest.Build(folder, "--urls", urls);
        var refusal = await Assert.ThrowsAsync<StartupFailureException>(() => host.StartAsync());
        Assert.Contains("Set Portal:Token", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(StartupFailure.ExitCodeBadOptions, refusal.ExitCode);
    }

    [Fact]
    public async Task Open_to_others_it_starts_with_a_token()
    {
        using var folder = new TempFolder();
        await using var host = PortalUnderTest.Build(folder, ["--urls", "http://0.0.0.0:0", .. WithTokens]);
        await host.StartAsync();
        await host.StopAsync();
    }

    [Theory]
    [InlineData("http://localhost:5000", true)]
    [InlineData("http://127.0.0.7:80", true)]
    [InlineData("https://[::1]:443", true)]
    [InlineData("http://+:80", false)]
    [InlineData("http://192.168.0.1:80", false)]
    public void Only_this_machines_own_addresses_are_loopback(string address, bool isLoopback) => Assert.Equal(isLoopback, ListenAddressCheck.IsLoopback(address));

    [Fact]
    public async Task On_loopback_without_a_token_everybody_is_let_in_and_every_page_forbids_scripts_of_others()
    {
        await using var portal = await PortalUnderTest.StartAsync();
        using var page = await portal.Http.GetAsync("/");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        var policy = Assert.Single(page.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(page.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("DENY", Assert.Single(page.Headers.GetValues("X-Frame-Options")));
    }

    [Theory]
    [InlineData("GET", "evil.example", null, HttpStatusCode.Forbidden)]
    [InlineData("PUT", null, "http://evil.example", HttpStatusCode.Forbidden)]
    [InlineData("GET", null, "http://evil.example", HttpStatusCode.OK)]
    public async Task Pages_of_others_cannot_use_an_open_portal(string method, string? host, string? origin, HttpStatusCode expected)
    {
        await using var portal = await PortalUnderTest.StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), method == "GET" ? "/" : "/v1/cart");
        request.Headers.Host = host;
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        using var answer = await portal.Http.SendAsync(request);
        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task Who_is_not_signed_in_is_sent_to_sign_in_and_back_again()
    {
        await using var portal = await PortalUnderTest.StartAsync(WithTokens);
        using var sent = await portal.Http.GetAsync("/members");
        Assert.Equal(HttpStatusCode.Redirect, sent.StatusCode);
        Assert.Equal("/sign-in?returnUrl=%2Fmembers", sent.Headers.Location!.PathAndQuery);

        using var signedIn = await portal.SignInAsync("operators-secret", "/sign-in?returnUrl=%2Fmembers");
        Assert.Equal(HttpStatusCode.Redirect, signedIn.StatusCode);
        Assert.EndsWith("/members", signedIn.Headers.Location!.ToString(), StringComparison.Ordinal);
        var cookie = Assert.Single(signedIn.Headers.GetValues("Set-Cookie"), text => text.StartsWith("daprdynamo-portal=", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);

        using var page = await portal.Http.GetAsync("/members");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.Contains("sign in from 127.0.0.1", portal.AuditText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_was_read_from_a_file_is_shown_without_its_line_break() =>
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await SendAsync(HttpMethod.Put, "operators-secret", ["--Portal:Token=operators-secret\n"]));

    [Fact]
    public async Task The_way_back_leads_to_the_portal_only()
    {
        await using var portal = await PortalUnderTest.StartAsync(WithTokens);
        using var signedIn = await portal.SignInAsync("operators-secret", "/sign-in?returnUrl=%2F%2Fevil.example");
        Assert.DoesNotContain("evil", signedIn.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_tokens_lock_the_address_out()
    {
        await using var portal = await PortalUnderTest.StartAsync(WithTokens);
        for (var tries = 1; tries <= 4; tries++)
        {
            using var wrong = await portal.SignInAsync("guess");
            Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        }

        using var locked = await portal.SignInAsync("guess");
        using var late = await portal.SignInAsync("operators-secret");
        Assert.Equal(HttpStatusCode.TooManyRequests, locked.StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, late.StatusCode);
        Assert.NotNull(late.Headers.RetryAfter);
        Assert.Contains("locked out", portal.AuditText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_of_another_site_signs_nobody_in()
    {
        await using var portal = await PortalUnderTest.StartAsync(WithTokens);
        using var answer = await portal.Http.PostAsync("/sign-in", new FormUrlEncodedContent(new Dictionary<string, string> { ["_handler"] = "sign-in", ["Token"] = "operators-secret" }));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.DoesNotContain(portal.Cookies.GetAllCookies(), cookie => cookie.Name == "daprdynamo-portal");
    }

    [Theory]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    [InlineData("guess", HttpStatusCode.Unauthorized)]
    [InlineData("viewers-secret", HttpStatusCode.Forbidden)]
    [InlineData("operators-secret", HttpStatusCode.ServiceUnavailable)]
    public async Task Programs_write_with_the_operators_token_only(string? token, HttpStatusCode expected) =>
        Assert.Equal(expected, await SendAsync(HttpMethod.Put, token, WithTokens));

    [Theory]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    [InlineData("viewers-secret", HttpStatusCode.ServiceUnavailable)]
    public async Task Programs_read_with_either_token(string? token, HttpStatusCode expected) =>
        Assert.Equal(expected, await SendAsync(HttpMethod.Get, token, WithTokens));

    [Fact]
    public async Task Through_a_read_only_portal_nobody_writes()
    {
        Assert.Equal(HttpStatusCode.Forbidden, await SendAsync(HttpMethod.Put, "operators-secret", [.. WithTokens, "--read-only"]));
        Assert.Equal(HttpStatusCode.Forbidden, await SendAsync(HttpMethod.Delete, null, ["--read-only"]));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await SendAsync(HttpMethod.Get, null, ["--read-only"]));
    }

    [Theory]
    [InlineData(null, false, HttpStatusCode.Unauthorized)]
    [InlineData("viewers-secret", false, HttpStatusCode.OK)]
    [InlineData("operators-secret", false, HttpStatusCode.OK)]
    [InlineData("guess", false, HttpStatusCode.Unauthorized)]
    [InlineData("viewers-secret", true, HttpStatusCode.OK)]
    [InlineData("operators-secret", true, HttpStatusCode.OK)]
    [InlineData("guess", true, HttpStatusCode.Unauthorized)]
    public async Task The_hub_takes_either_token(string? token, bool asHeader, HttpStatusCode expected)
    {
        await using var portal = await PortalUnderTest.StartAsync(WithTokens);
        using var request = new HttpRequestMessage(HttpMethod.Post, HubPath + (token is null || asHeader ? "" : $"&access_token={token}"));
        request.Headers.Authorization = asHeader ? new AuthenticationHeaderValue("Bearer", token) : null;
        using var answer = await portal.Http.SendAsync(request);
        Assert.Equal(expected, answer.StatusCode);
    }

    [Theory]
    [InlineData("http://127.0.0.1:1", HttpStatusCode.Forbidden)]
    [InlineData("null", HttpStatusCode.Forbidden)]
    [InlineData(null, HttpStatusCode.OK)]
    [InlineData("", HttpStatusCode.OK)]
    public async Task With_a_users_cookie_only_the_portals_own_pages_listen_at_the_hub(string? origin, HttpStatusCode expected)
    {
        await using var portal = await PortalUnderTest.StartAsync(WithTokens);
        using var signedIn = await portal.SignInAsync("viewers-secret");
        using var request = new HttpRequestMessage(HttpMethod.Post, HubPath);
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin.Length > 0 ? origin : portal.Http.BaseAddress!.GetLeftPart(UriPartial.Authority));
        }

        using var answer = await portal.Http.SendAsync(request);
        Assert.Equal(expected, answer.StatusCode);
    }

    [Theory]
    [InlineData("/v1/cart")]
    [InlineData("/members")]
    [InlineData(HubPath)]
    public async Task Wrong_tokens_of_programs_lock_the_address_out_as_well(string path)
    {
        await using var portal = await PortalUnderTest.StartAsync(WithTokens);
        for (var tries = 1; tries <= 5; tries++)
        {
            using var wrong = await SendAsync(portal, path, "guess");
            Assert.Equal(tries < 5 ? HttpStatusCode.Unauthorized : HttpStatusCode.TooManyRequests, wrong.StatusCode);
        }

        using var late = await SendAsync(portal, path, "operators-secret");
        using var form = await portal.SignInAsync("operators-secret");
        Assert.Equal(HttpStatusCode.TooManyRequests, late.StatusCode);
        Assert.NotNull(late.Headers.RetryAfter);
        Assert.Equal(HttpStatusCode.TooManyRequests, form.StatusCode);
        Assert.Contains("wrong token, locked out", portal.AuditText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_viewers_sign_in_does_not_clear_the_way_for_more_guesses()
    {
        await using var portal = await PortalUnderTest.StartAsync(WithTokens);
        for (var tries = 1; tries <= 4; tries++)
        {
            using var wrong = await portal.SignInAsync("guess");
        }

        using var viewer = await portal.SignInAsync("viewers-secret");
        using var next = await portal.SignInAsync("guess");
        Assert.Equal(HttpStatusCode.Redirect, viewer.StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, next.StatusCode);
    }

    [Fact]
    public async Task Strangers_learn_nothing_of_the_cluster_from_a_path_that_is_none_and_get_no_live_page()
    {
        await using var portal = await PortalUnderTest.StartAsync(WithTokens);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/nothing/here");
        request.Headers.Add("Accept", "text/html");
        using var answer = await portal.Http.SendAsync(request);
        var page = await answer.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Contains("There is no such page", page, StringComparison.Ordinal);
        Assert.DoesNotContain("cluster-state", page, StringComparison.Ordinal);
        Assert.DoesNotContain("\"type\":\"server\"", page, StringComparison.Ordinal);

        using var connection = await portal.Http.PostAsync("/_blazor/negotiate?negotiateVersion=1", content: null);
        Assert.NotEqual(HttpStatusCode.OK, connection.StatusCode);
    }

    private static async Task<HttpResponseMessage> SendAsync(PortalUnderTest portal, string path, string token)
    {
        using var request = new HttpRequestMessage(path == HubPath ? HttpMethod.Post : HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await portal.Http.SendAsync(request);
    }

    // No node answers here: what is let through ends with 503.
    private static async Task<HttpStatusCode> SendAsync(HttpMethod method, string? token, string[] arguments)
    {
        await using var portal = await PortalUnderTest.StartAsync(arguments);
        using var request = new HttpRequestMessage(method, "/v1/cart");
        if (method == HttpMethod.Put)
        {
            request.Content = new StringContent("""{"value":1,"clock":"x"}""", Encoding.UTF8, "application/json");
        }

        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        using var answer = await portal.Http.SendAsync(request);
        return answer.StatusCode;
    }
}
