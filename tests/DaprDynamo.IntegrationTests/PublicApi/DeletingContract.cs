using Xunit;
using Xunit.Abstractions;

namespace DaprDynamo.IntegrationTests.PublicApi;

/// <summary>DELETE deletes what its clock covers, or everything when there is none.</summary>
public abstract class DeletingContract(IApiUnderTest target, ITestOutputHelper output) : ApiContract(target, output)
{
    [Fact]
    public async Task Deleting_answers_200_with_a_message_and_the_key_is_gone()
    {
        var key = NewKey();
        await CreatedAsync(key, "1");

        var answer = (await Api.DeleteAsync(key)).ShouldBeJson(200);

        Assert.NotEmpty(answer.Json.GetProperty("message").GetString()!);
        (await Api.GetAsync(key)).ShouldBeProblem(404);
    }

    [Fact]
    public async Task Deleting_a_key_nobody_wrote_answers_404() =>
        (await Api.DeleteAsync(NewKey())).ShouldBeProblem(404);

    [Fact]
    public async Task Deleting_a_deleted_key_answers_404()
    {
        var key = NewKey();
        var clock = await CreatedAsync(key, "1");
        (await Api.DeleteAsync(key)).ShouldBeJson(200);

        (await Api.DeleteAsync(key)).ShouldBeProblem(404);
        (await Api.DeleteAsync(key, $"?clock={clock}")).ShouldBeProblem(404);
    }

    [Fact]
    public async Task Deleting_with_the_current_clock_deletes_the_key()
    {
        var key = NewKey();
        var clock = await CreatedAsync(key, "1");

        (await Api.DeleteAsync(key, $"?clock={clock}")).ShouldBeJson(200);

        (await Api.GetAsync(key)).ShouldBeProblem(404);
    }

    [Fact]
    public async Task Deleting_without_a_clock_deletes_all_siblings()
    {
        var key = NewKey();
        await SiblingsAsync(key, "1", "2");

        (await Api.DeleteAsync(key)).ShouldBeJson(200);

        (await Api.GetAsync(key)).ShouldBeProblem(404);
    }

    [Fact]
    public async Task Deleting_with_the_clock_of_a_merged_read_deletes_all_siblings()
    {
        var key = NewKey();
        await SiblingsAsync(key, "1", "2");
        var merged = await Api.GetAsync(key);

        (await Api.DeleteAsync(key, $"?clock={merged.Clock}")).ShouldBeJson(200);

        (await Api.GetAsync(key)).ShouldBeProblem(404);
    }

    [Fact]
    public async Task Deleting_one_sibling_with_its_clock_leaves_the_concurrent_one_alive()
    {
        var key = NewKey();
        var clocks = await SiblingsAsync(key, "\"deleted\"", "\"concurrent\"");

        (await Api.DeleteAsync(key, $"?clock={clocks[0]}")).ShouldBeJson(200);

        (await Api.GetAsync(key)).ShouldHold("\"concurrent\"");
    }

    [Fact]
    public async Task Deleting_with_a_stale_clock_leaves_the_newer_value_alive()
    {
        var key = NewKey();
        var stale = await CreatedAsync(key, "\"old\"");
        (await Api.PutAsync(key, "\"new\"", stale)).ShouldBeJson(200);

        (await Api.DeleteAsync(key, $"?clock={stale}")).ShouldBe(200);

        (await Api.GetAsync(key)).ShouldHold("\"new\"");
    }

    [Fact]
    public async Task The_last_sibling_deleted_deletes_the_key()
    {
        var key = NewKey();
        var clocks = await SiblingsAsync(key, "1", "2");

        (await Api.DeleteAsync(key, $"?clock={clocks[0]}")).ShouldBeJson(200);
        (await Api.DeleteAsync(key, $"?clock={clocks[1]}")).ShouldBeJson(200);

        (await Api.GetAsync(key)).ShouldBeProblem(404);
    }

    [Theory]
    [InlineData("this-is-no-clock")]
    [InlineData("AAAA")]
    [InlineData("")]
    public async Task Deleting_with_a_bad_clock_answers_400_and_deletes_nothing(string clock)
    {
        var key = NewKey();
        await CreatedAsync(key, "1");

        (await Api.DeleteAsync(key, $"?clock={clock}")).ShouldBeProblem(400);

        (await Api.GetAsync(key)).ShouldHold("1");
    }

    [Fact]
    public async Task Deleting_with_the_clock_of_another_key_answers_400_and_deletes_nothing()
    {
        var key = NewKey();
        await CreatedAsync(key, "1");
        var foreign = await CreatedAsync(NewKey("other"), "1");

        (await Api.DeleteAsync(key, $"?clock={foreign}")).ShouldBeProblem(400);

        (await Api.GetAsync(key)).ShouldHold("1");
    }

    [Fact]
    public async Task What_was_written_before_a_delete_does_not_come_back_with_the_next_create()
    {
        var key = NewKey();
        await SiblingsAsync(key, "1", "2");
        (await Api.DeleteAsync(key)).ShouldBeJson(200);

        await CreatedAsync(key, "3");

        (await Api.GetAsync(key)).ShouldHold("3");
    }
}
