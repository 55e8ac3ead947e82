using System.Text;
using DaprDynamo.Core.Versioning;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace DaprDynamo.Tests.Versioning;

public class DottedVersionVectorSetTests
{
    private static readonly Actor A = new("a", 1, 1);
    private static readonly Actor B = new("b", 1, 1);

    [Fact]
    public void Merge_is_commutative_associative_and_idempotent() =>
        Prop.ForAll(Histories(), history =>
        {
            var replicas = history.Replay().Select(replica => replica.Versions).ToList();
            var (x, y, z) = (replicas[0], replicas[1], replicas[2]);
            return x.Merge(y).Equals(y.Merge(x))
                && x.Merge(y).Merge(z).Equals(x.Merge(y.Merge(z)))
                && x.Merge(x).Equals(x)
                && x.Merge(y).Merge(y).Equals(x.Merge(y));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Siblings_are_exactly_the_writes_that_no_known_write_or_delete_had_seen() =>
        Prop.ForAll(Histories(), history =>
            history.Replay().All(replica => replica.Live.SetEquals(replica.Versions.Siblings.Select(ValueOf)))).QuickCheckThrowOnFailure();

    [Fact]
    public void Siblings_never_outnumber_the_concurrent_writes_once_everything_is_merged() =>
        Prop.ForAll(Histories(), history =>
        {
            var replicas = history.Replay();
            var merged = replicas.Select(replica => replica.Versions).Aggregate((left, right) => left.Merge(right));
            var replaced = replicas.SelectMany(replica => replica.Replaced).ToHashSet();
            return merged.Siblings.Select(ValueOf).ToHashSet().SetEquals(replicas.SelectMany(replica => replica.Known).Except(replaced));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_write_resolves_exactly_what_its_context_has_seen() =>
        Prop.ForAll(Histories(), history =>
        {
            var replicas = history.Replay();
            var (seen, record) = (replicas[0].Versions.Context, replicas[1].Versions);
            var written = record.Write(seen, new Actor("writer", 9, 9), "new"u8.ToArray());
            return written.Siblings.Select(sibling => sibling.Dot).Where(dot => dot.Actor.NodeId != "writer")
                .SequenceEqual(record.Siblings.Select(sibling => sibling.Dot).Where(dot => !seen.Contains(dot)));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_deleted_value_does_not_come_back_from_a_replica_that_missed_the_delete()
    {
        var behind = Write(DottedVersionVectorSet.Empty, VersionVector.Empty, A, "1");
        var deleted = behind.Delete(behind.Context);

        Assert.True(deleted.IsTombstone);
        Assert.True(deleted.Merge(behind).IsTombstone);
        Assert.True(behind.Merge(deleted).IsTombstone);
    }

    [Fact]
    public void A_write_concurrent_with_a_delete_survives_it()
    {
        var first = Write(DottedVersionVectorSet.Empty, VersionVector.Empty, A, "1");
        var deleted = first.Delete(first.Context);
        var written = Write(first, first.Context, B, "2");

        Assert.Equal(["2"], deleted.Merge(written).Siblings.Select(ValueOf));
    }

    [Fact]
    public void Two_writes_with_the_same_context_make_two_siblings_and_a_third_with_the_merged_one_resolves_them()
    {
        var first = Write(DottedVersionVectorSet.Empty, VersionVector.Empty, A, "1");
        var both = Write(Write(first, first.Context, A, "2"), first.Context, A, "3");

        Assert.Equal(["2", "3"], both.Siblings.Select(ValueOf));
        Assert.Equal(["4"], Write(both, both.Context, B, "4").Siblings.Select(ValueOf));
    }

    [Fact]
    public void Merging_what_adds_nothing_returns_the_very_same_object()
    {
        var record = Write(DottedVersionVectorSet.Empty, VersionVector.Empty, A, "1");
        var newer = Write(record, record.Context, A, "2");

        Assert.Same(newer, newer.Merge(record));
        Assert.Same(newer, record.Merge(newer));
    }

    [Fact]
    public void A_sibling_that_its_context_has_not_seen_is_refused() =>
        Assert.Throws<ArgumentException>(() => DottedVersionVectorSet.FromParts(VersionVector.Empty, [new Sibling(new Dot(A, 1), default)]));

    private static DottedVersionVectorSet Write(DottedVersionVectorSet record, VersionVector seen, Actor actor, string value) =>
        record.Write(seen, actor, Encoding.UTF8.GetBytes(value));

    private static string ValueOf(Sibling sibling) => Encoding.UTF8.GetString(sibling.Value.Span);

    private static Arbitrary<History> Histories() =>
        Gen.ListOf(from kind in Gen.Choose(0, 4)
                   from at in Gen.Choose(0, History.Replicas - 1)
                   from other in Gen.Choose(0, History.Replicas - 1)
                   select new Step(kind, at, other))
            .Select(steps => new History([.. steps])).ToArbitrary();

    /// <summary>A random history of three replicas, and beside it what should come of it, kept as plain sets of writes.</summary>
    private sealed record History(IReadOnlyList<Step> Steps)
    {
        internal const int Replicas = 3;

        internal IReadOnlyList<Replica> Replay()
        {
            var replicas = Enumerable.Range(0, Replicas).Select(number => new Replica(new Actor($"node-{number}", 1, 1))).ToList();
            var reads = new Read[Replicas];
            Array.Fill(reads, new Read(VersionVector.Empty, []));
            var writes = 0;
            foreach (var step in Steps)
            {
                var replica = replicas[step.At];
                switch (step.Kind)
                {
                    case 0:
                        reads[step.Other] = new Read(replica.Versions.Context, [.. replica.Known]);
                        break;
                    case 1:
                        replica.Write(reads[step.Other], $"write-{++writes}");
                        break;
                    case 2:
                        // A client that goes on with the clock its write returned.
                        reads[step.Other] = replica.Write(reads[step.Other], $"write-{++writes}");
                        break;
                    case 3:
                        replica.Delete(reads[step.Other]);
                        break;
                    default:
                        replica.Merge(replicas[step.Other]);
                        break;
                }
            }

            return replicas;
        }
    }

    private sealed record Step(int Kind, int At, int Other);

    private sealed record Read(VersionVector Context, HashSet<string> Seen);

    private sealed class Replica(Actor actor)
    {
        internal DottedVersionVectorSet Versions { get; private set; } = DottedVersionVectorSet.Empty;

        internal HashSet<string> Known { get; } = [];

        internal HashSet<string> Replaced { get; } = [];

        internal HashSet<string> Live => [.. Known.Except(Replaced)];

        internal Read Write(Read read, string value)
        {
            Versions = Versions.Write(read.Context, actor, Encoding.UTF8.GetBytes(value), out var dot);
            Learn(read.Seen, replaced: read.Seen);
            Known.Add(value);
            return new Read(read.Context.With(dot), [.. read.Seen, value]);
        }

        internal void Delete(Read read)
        {
            Versions = Versions.Delete(read.Context);
            Learn(read.Seen, replaced: read.Seen);
        }

        internal void Merge(Replica other)
        {
            Versions = Versions.Merge(other.Versions);
            Learn(other.Known, other.Replaced);
        }

        private void Learn(IEnumerable<string> known, IEnumerable<string> replaced)
        {
            Known.UnionWith(known);
            Replaced.UnionWith(replaced);
        }
    }
}
