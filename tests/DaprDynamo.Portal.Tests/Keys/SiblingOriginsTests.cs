using System.Text.Json;
using DaprDynamo.Contracts.Admin;
using DaprDynamo.Portal.Keys;
using Xunit;

namespace DaprDynamo.Portal.Tests.Keys;

public sealed class SiblingOriginsTests
{
    [Fact]
    public void Each_value_is_told_by_its_own_write_whichever_replica_knows_it() =>
        Assert.Equal(["b/1:1", "a/1:2", null], Of(["2", "1", "3"], Record(("1", "a/1:2")), Record(("1", "a/1:2"), ("2", "b/1:1"))));

    [Fact]
    public void Equal_values_of_different_writers_are_told_apart() =>
        Assert.Equal(["a/1:2", "b/1:1"], Of(["1", "1"], Record(("1", "a/1:2"), ("1", "b/1:1"))));

    private static IReadOnlyList<string?> Of(string[] siblings, params ReplicaRecordResponse[] records) => SiblingOrigins.Of([.. siblings.Select(text => JsonElement.Parse(text))], records);

    private static ReplicaRecordResponse Record(params (string Value, string Dot)[] writes) =>
        new([.. writes.Select(write => JsonElement.Parse(write.Value))], [.. writes.Select(write => write.Dot)], "{}", "digest", DateTimeOffset.UnixEpoch);
}
