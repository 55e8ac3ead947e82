using Xunit;
using Xunit.Abstractions;

namespace DaprDynamo.IntegrationTests.PublicApi;

/// <summary>GET reads a key.</summary>
public abstract class ReadingContract(IApiUnderTest target, ITestOutputHelper output) : ApiContract(target, output)
{
    [Fact]
    public async Task Reading_a_key_nobody_wrote_answers_404() =>
        (await Api.GetAsync(NewKey())).ShouldBeProblem(404);

    [Fact]
    public async Task Reading_a_deleted_key_answers_404()
    {
        var key = NewKey();
        await CreatedAsync(key, "1");
        (await Api.DeleteAsync(key)).ShouldBeJson(200);

        (await Api.GetAsync(key)).ShouldBeProblem(404);
    }

    [Fact]
    public async Task Reading_answers_the_value_in_an_array_and_a_clock_and_nothing_else()
    {
        var key = NewKey();
        await CreatedAsync(key, "1");

        var answer = (await Api.GetAsync(key)).ShouldHold("1");

        Assert.Equal(["clock", "value"], answer.Json.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Reading_answers_all_siblings()
    {
        var key = NewKey();
        await SiblingsAsync(key, "1", "2", "3");

        (await Api.GetAsync(key)).ShouldHold("1", "2", "3");
    }

    [Fact]
    public async Task Reading_changes_nothing()
    {
        var key = NewKey();
        await SiblingsAsync(key, "1", "2");

        (await Api.GetAsync(key)).ShouldHold("1", "2");
        (await Api.GetAsync(key)).ShouldHold("1", "2");
    }
}
