using Xunit;
using Xunit.Abstractions;

namespace DaprDynamo.IntegrationTests.PublicApi;

/// <summary>POST creates a key.</summary>
public abstract class CreatingContract(IApiUnderTest target, ITestOutputHelper output) : ApiContract(target, output)
{
    [Fact]
    public async Task Creating_answers_201_with_a_message_and_a_clock()
    {
        var answer = (await Api.PostAsync(NewKey(), "1")).ShouldBeJson(201);

        Assert.NotEmpty(answer.Json.GetProperty("message").GetString()!);
        Assert.Matches("^[A-Za-z0-9._~-]+$", answer.Clock);
    }

    [Fact]
    public async Task A_created_value_is_read_back()
    {
        var key = NewKey();
        await CreatedAsync(key, """{"name":"dynamo"}""");

        (await Api.GetAsync(key)).ShouldHold("""{"name":"dynamo"}""");
    }

    [Fact]
    public async Task Creating_a_live_key_answers_409_with_its_value_and_a_clock_to_write_with()
    {
        var key = NewKey();
        await CreatedAsync(key, "\"first\"");

        var conflict = (await Api.PostAsync(key, "\"second\"")).ShouldBeProblem(409);

        Assert.Equal(["\"first\""], conflict.Values);
        (await Api.PutAsync(key, "\"third\"", conflict.Clock)).ShouldBeJson(200);
        (await Api.GetAsync(key)).ShouldHold("\"third\"");
    }

    [Fact]
    public async Task A_refused_create_changes_nothing()
    {
        var key = NewKey();
        await CreatedAsync(key, "\"first\"");

        (await Api.PostAsync(key, "\"second\"")).ShouldBeProblem(409);

        (await Api.GetAsync(key)).ShouldHold("\"first\"");
    }

    [Fact]
    public async Task Creating_a_key_with_siblings_answers_409_with_all_of_them()
    {
        var key = NewKey();
        await SiblingsAsync(key, "1", "2");

        var conflict = (await Api.PostAsync(key, "3")).ShouldBeProblem(409);

        Assert.Equal(["1", "2"], conflict.Values.Order(StringComparer.Ordinal));
        (await Api.PutAsync(key, "4", conflict.Clock)).ShouldBeJson(200);
        (await Api.GetAsync(key)).ShouldHold("4");
    }

    [Fact]
    public async Task A_deleted_key_can_be_created_again()
    {
        var key = NewKey();
        await CreatedAsync(key, "\"first life\"");
        (await Api.DeleteAsync(key)).ShouldBeJson(200);

        (await Api.PostAsync(key, "\"second life\"")).ShouldBeJson(201);

        (await Api.GetAsync(key)).ShouldHold("\"second life\"");
    }

    [Fact]
    public async Task The_clock_of_a_create_lets_its_client_write_without_reading()
    {
        var key = NewKey();
        var clock = await CreatedAsync(key, "1");

        (await Api.PutAsync(key, "2", clock)).ShouldBeJson(200);

        (await Api.GetAsync(key)).ShouldHold("2");
    }

    [Fact]
    public async Task Of_many_clients_creating_one_key_at_once_none_is_told_of_success_and_then_loses_its_value()
    {
        var key = NewKey();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(async number => (number, answer: await Api.PostAsync(key, $"{number}"))));

        Assert.All(answers, each => Assert.True(each.answer.Status is 201 or 409, each.answer.ToString()));
        var created = answers.Where(each => each.answer.Status == 201).Select(each => $"{each.number}").ToArray();
        Assert.NotEmpty(created);
        (await Api.GetAsync(key)).ShouldHold(created);
    }
}
