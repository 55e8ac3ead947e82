using Xunit;
using Xunit.Abstractions;

namespace DaprDynamo.IntegrationTests.PublicApi;

/// <summary>The quorum parameter: on every verb, from 1; more than N counts as N; anything else is refused before anything happens.</summary>
public abstract class QuorumContract(IApiUnderTest target, ITestOutputHelper output) : ApiContract(target, output)
{
    public static TheoryData<string> Good => ["1", "2", "3", "4", "100", "2147483647", "2147483648", "99999999999999999999"];

    public static TheoryData<string> Bad => ["0", "-1", "abc", "1.5", "", "1&quorum=1", "1&quorum=2", "%202", "0x2", "1e0", "1,2", "%D9%A3"];

    [Theory]
    [MemberData(nameof(Good))]
    public async Task Every_verb_takes_a_quorum(string quorum)
    {
        // Each on a key that all replicas hold: after a write that only one had to acknowledge, a read of one may miss it.
        var query = $"?quorum={quorum}";
        var (created, written, read, deleted) = (NewKey(), NewKey(), NewKey(), NewKey());
        var clock = (await Api.PostAsync(written, "1", "?quorum=3")).ShouldBeJson(201).Clock;
        (await Api.PostAsync(read, "1", "?quorum=3")).ShouldBeJson(201);
        (await Api.PostAsync(deleted, "1", "?quorum=3")).ShouldBeJson(201);

        (await Api.PostAsync(created, "1", query)).ShouldBeJson(201);
        (await Api.PutAsync(written, "2", clock, query)).ShouldBeJson(200);
        (await Api.GetAsync(read, query)).ShouldHold("1");
        (await Api.DeleteAsync(deleted, query)).ShouldBeJson(200);
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task A_read_with_a_bad_quorum_answers_400(string quorum)
    {
        var key = NewKey();
        await CreatedAsync(key, "1");

        (await Api.GetAsync(key, $"?quorum={quorum}")).ShouldBeProblem(400);
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task A_create_with_a_bad_quorum_answers_400_and_creates_nothing(string quorum)
    {
        var key = NewKey();

        (await Api.PostAsync(key, "1", $"?quorum={quorum}")).ShouldBeProblem(400);

        (await Api.GetAsync(key)).ShouldBeProblem(404);
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task A_write_with_a_bad_quorum_answers_400_and_changes_nothing(string quorum)
    {
        var key = NewKey();
        var clock = await CreatedAsync(key, "1");

        (await Api.PutAsync(key, "2", clock, $"?quorum={quorum}")).ShouldBeProblem(400);

        (await Api.GetAsync(key)).ShouldHold("1");
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task A_delete_with_a_bad_quorum_answers_400_and_deletes_nothing(string quorum)
    {
        var key = NewKey();
        await CreatedAsync(key, "1");

        (await Api.DeleteAsync(key, $"?quorum={quorum}")).ShouldBeProblem(400);

        (await Api.GetAsync(key)).ShouldHold("1");
    }
}
