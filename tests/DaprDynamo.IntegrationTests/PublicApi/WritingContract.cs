using Xunit;
using Xunit.Abstractions;

namespace DaprDynamo.IntegrationTests.PublicApi;

/// <summary>PUT writes a key with the clock its value builds on.</summary>
public abstract class WritingContract(IApiUnderTest target, ITestOutputHelper output) : ApiContract(target, output)
{
    [Fact]
    public async Task Writing_with_the_clock_of_a_read_replaces_the_value()
    {
        var key = NewKey();
        await CreatedAsync(key, "1");
        var clock = (await Api.GetAsync(key)).Clock;

        var answer = (await Api.PutAsync(key, "2", clock)).ShouldBeJson(200);

        Assert.NotEmpty(answer.Json.GetProperty("message").GetString()!);
        (await Api.GetAsync(key)).ShouldHold("2");
    }

    [Fact]
    public async Task The_clock_of_a_write_lets_its_client_write_again_without_reading()
    {
        var key = NewKey();
        var clock = await CreatedAsync(key, "0");

        for (var number = 1; number <= 5; number++)
        {
            clock = (await Api.PutAsync(key, $"{number}", clock)).ShouldBeJson(200).Clock;
        }

        (await Api.GetAsync(key)).ShouldHold("5");
    }

    [Fact]
    public async Task Writing_with_a_stale_clock_makes_a_sibling()
    {
        var key = NewKey();
        var stale = await CreatedAsync(key, "\"base\"");
        (await Api.PutAsync(key, "\"first\"", stale)).ShouldBeJson(200);

        (await Api.PutAsync(key, "\"second\"", stale)).ShouldBeJson(200);

        (await Api.GetAsync(key)).ShouldHold("\"first\"", "\"second\"");
    }

    [Fact]
    public async Task Every_write_with_one_clock_is_a_sibling_and_what_the_clock_covers_is_gone()
    {
        var key = NewKey();
        var values = Enumerable.Range(1, 9).Select(number => $"{number}").ToArray();

        await SiblingsAsync(key, values);

        (await Api.GetAsync(key)).ShouldHold(values);
    }

    [Fact]
    public async Task Writing_with_the_clock_of_a_merged_read_resolves_the_siblings()
    {
        var key = NewKey();
        await SiblingsAsync(key, "1", "2", "3");
        var merged = (await Api.GetAsync(key)).ShouldHold("1", "2", "3");

        (await Api.PutAsync(key, "\"resolved\"", merged.Clock)).ShouldBeJson(200);

        (await Api.GetAsync(key)).ShouldHold("\"resolved\"");
    }

    [Fact]
    public async Task The_clock_of_a_write_does_not_cover_siblings_its_client_never_saw()
    {
        var key = NewKey();
        var clocks = await SiblingsAsync(key, "\"first\"", "\"second\"");

        (await Api.PutAsync(key, "\"second again\"", clocks[1])).ShouldBeJson(200);

        (await Api.GetAsync(key)).ShouldHold("\"first\"", "\"second again\"");
    }

    [Fact]
    public async Task Two_clients_that_never_read_leave_two_siblings_however_long_they_write()
    {
        var key = NewKey();
        var clocks = (await SiblingsAsync(key, "\"a\"", "\"b\"")).ToArray();

        for (var round = 0; round < 10; round++)
        {
            clocks[0] = (await Api.PutAsync(key, $"\"a{round}\"", clocks[0])).ShouldBeJson(200).Clock;
            clocks[1] = (await Api.PutAsync(key, $"\"b{round}\"", clocks[1])).ShouldBeJson(200).Clock;
        }

        (await Api.GetAsync(key)).ShouldHold("\"a9\"", "\"b9\"");
    }

    [Fact]
    public async Task A_write_with_a_clock_read_before_a_delete_survives_the_delete()
    {
        var key = NewKey();
        var clock = await CreatedAsync(key, "1");
        (await Api.DeleteAsync(key)).ShouldBeJson(200);

        (await Api.PutAsync(key, "2", clock)).ShouldBeJson(200);

        (await Api.GetAsync(key)).ShouldHold("2");
    }

    [Fact]
    public async Task Writing_without_a_clock_answers_400_and_changes_nothing()
    {
        var key = NewKey();
        await CreatedAsync(key, "1");

        (await Api.SendAsync(HttpMethod.Put, KeyApi.PathOf(key), """{"value":2}""")).ShouldBeProblem(400);

        (await Api.GetAsync(key)).ShouldHold("1");
    }

    [Fact]
    public async Task Writing_without_a_clock_to_a_key_nobody_wrote_answers_400_and_writes_nothing()
    {
        var key = NewKey();

        (await Api.SendAsync(HttpMethod.Put, KeyApi.PathOf(key), """{"value":2}""")).ShouldBeProblem(400);

        (await Api.GetAsync(key)).ShouldBeProblem(404);
    }

    [Fact]
    public async Task Writing_with_a_clock_that_is_none_answers_400_and_changes_nothing()
    {
        var key = NewKey();
        await CreatedAsync(key, "1");

        (await Api.PutAsync(key, "2", "this-is-no-clock")).ShouldBeProblem(400);

        (await Api.GetAsync(key)).ShouldHold("1");
    }

    [Fact]
    public async Task Writing_with_the_clock_of_another_key_answers_400_and_changes_nothing()
    {
        var key = NewKey();
        await CreatedAsync(key, "1");
        var foreign = await CreatedAsync(NewKey("other"), "1");

        (await Api.PutAsync(key, "2", foreign)).ShouldBeProblem(400);

        (await Api.GetAsync(key)).ShouldHold("1");
    }
}
