using System.Text.Json;
using System.Text.RegularExpressions;
using Xunit;

namespace DaprDynamo.IntegrationTests.PublicApi;

/// <summary>What every answer of one kind must look like.</summary>
public static partial class ApiAssertions
{
    private static readonly string[] StackTraceMarks = ["   at ", ".cs:line", "System.Exception", "--- End of", "DaprDynamo.Node."];

    /// <summary>Asserts the status, and shows the whole answer when it is another.</summary>
    public static ApiAnswer ShouldBe(this ApiAnswer answer, int status)
    {
        ArgumentNullException.ThrowIfNull(answer);
        Assert.True(answer.Status == status, $"Expected {status}: {answer}");
        return answer;
    }

    /// <summary>Asserts a success with a JSON body.</summary>
    public static ApiAnswer ShouldBeJson(this ApiAnswer answer, int status)
    {
        answer.ShouldBe(status);
        Assert.True(answer.ContentType == "application/json", $"Expected JSON: {answer}");
        Assert.Equal(JsonValueKind.Object, answer.Json.ValueKind);
        return answer;
    }

    /// <summary>Asserts exactly these values, in any order, each byte for byte, and a clock that may travel in a URL.</summary>
    public static ApiAnswer ShouldHold(this ApiAnswer answer, params string[] values)
    {
        answer.ShouldBeJson(200);
        Assert.Equal(values.Order(StringComparer.Ordinal), answer.Values.Order(StringComparer.Ordinal));
        Assert.Matches(UrlSafe(), answer.Clock);
        return answer;
    }

    /// <summary>Asserts a problem document (RFC 9457) of this status, with a trace id and without anything of our insides.</summary>
    public static ApiAnswer ShouldBeProblem(this ApiAnswer answer, int status)
    {
        answer.ShouldBe(status);
        Assert.True(answer.ContentType == "application/problem+json", $"Expected a problem document: {answer}");
        var problem = answer.Json;
        Assert.True(problem.TryGetProperty("status", out var stated) && stated.GetInt32() == status, $"Expected the status inside: {answer}");
        Assert.True(problem.TryGetProperty("title", out var title) && title.GetString() is { Length: > 0 }, $"Expected a title: {answer}");
        Assert.True(problem.TryGetProperty("traceId", out var trace) && TraceId().IsMatch(trace.GetString() ?? ""), $"Expected a trace id: {answer}");
        ShouldShowNoInsides(answer.Body);
        return answer;
    }

    /// <summary>Asserts that the text holds no stack trace.</summary>
    public static void ShouldShowNoInsides(string body) =>
        Assert.DoesNotContain(StackTraceMarks, mark => body.Contains(mark, StringComparison.Ordinal));

    [GeneratedRegex("^[A-Za-z0-9._~-]+$")]
    private static partial Regex UrlSafe();

    [GeneratedRegex("^[0-9a-f]{32}$")]
    private static partial Regex TraceId();
}
