using DaprDynamo.Transport.Dapr;
using Xunit;

namespace DaprDynamo.Tests.Transport.Dapr;

public class DaprSettingsTests
{
    [Theory]
    [InlineData("", "http://localhost:3500/")]
    [InlineData("DAPR_HTTP_PORT=3601", "http://localhost:3601/")]
    [InlineData("DAPR_HTTP_ENDPOINT=https://sidecar:444/some/path", "https://sidecar:444/")]
    [InlineData("DAPR_HTTP_ENDPOINT=http://sidecar:444;DAPR_HTTP_PORT=3601", "http://sidecar:444/")]
    [InlineData("DAPR_HTTP_ENDPOINT= ;DAPR_HTTP_PORT= ", "http://localhost:3500/")]
    public void The_endpoint_holds_over_the_port_and_the_port_over_the_default(string variables, string expected) =>
        Assert.Equal(new Uri(expected), Read(variables).HttpEndpoint);

    [Fact]
    public void Blank_tokens_are_none()
    {
        Assert.Equal(("a", "b"), (Read("DAPR_API_TOKEN=a;APP_API_TOKEN=b").ApiToken, Read("DAPR_API_TOKEN=a;APP_API_TOKEN=b").AppApiToken));
        Assert.Equal((null, null), (Read("DAPR_API_TOKEN= ").ApiToken, Read("DAPR_API_TOKEN= ").AppApiToken));
    }

    [Fact]
    public void White_space_around_a_value_is_not_part_of_it()
    {
        var read = Read("DAPR_API_TOKEN=a\n;APP_API_TOKEN= b\r\n;DAPR_HTTP_PORT=3601\n");

        Assert.Equal(("a", "b", new Uri("http://localhost:3601")), (read.ApiToken, read.AppApiToken, read.HttpEndpoint));
    }

    [Theory]
    [InlineData("DAPR_HTTP_PORT=many")]
    [InlineData("DAPR_HTTP_PORT=0")]
    [InlineData("DAPR_HTTP_ENDPOINT=sidecar")]
    [InlineData("DAPR_HTTP_ENDPOINT=ftp://sidecar")]
    public void Nonsense_is_refused_with_a_sentence_that_names_it(string variable)
    {
        var refusal = Assert.Throws<FormatException>(() => Read(variable));

        Assert.Contains(variable.Split('=')[0], refusal.Message, StringComparison.Ordinal);
    }

    private static DaprSettings Read(string variables) => DaprSettings.Read(
        variables.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal)
            .GetValueOrDefault);
}
