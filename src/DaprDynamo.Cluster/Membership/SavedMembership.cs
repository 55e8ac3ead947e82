using System.Text;
using DaprDynamo.Cluster.Storing;
using DaprDynamo.Core.Membership;

namespace DaprDynamo.Cluster.Membership;

/// <summary>What a node remembers of its cluster over a restart.</summary>
/// <param name="Formation">Tells the cluster from all others ever formed.</param>
/// <param name="Members">The member records.</param>
internal sealed record SavedMembership(string Formation, IReadOnlyList<MemberRecord> Members)
{
    private const string MetadataName = "membership";

    internal static async Task<SavedMembership?> ReadAsync(IRecordStore store, CancellationToken cancellationToken)
    {
        if (await store.ReadMetadataAsync(MetadataName, cancellationToken) is not { } saved)
        {
            return null;
        }

        using var reader = new BinaryReader(new MemoryStream(saved), Encoding.UTF8);
        var formation = reader.ReadString();
        var members = new List<MemberRecord>();
        for (var left = reader.Read7BitEncodedInt(); left > 0; left--)
        {
            members.Add(MemberRecordCodec.Decode(reader.ReadBytes(reader.Read7BitEncodedInt())));
        }

        return new(formation, members);
    }

    internal static async Task WriteAsync(IRecordStore store, string formation, IEnumerable<MemberRecord> members)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        writer.Write(formation);
        var records = members.Select(MemberRecordCodec.Encode).ToList();
        writer.Write7BitEncodedInt(records.Count);
        foreach (var record in records)
        {
            writer.Write7BitEncodedInt(record.Length);
            writer.Write(record);
        }

        writer.Flush();
        await store.WriteMetadataAsync(MetadataName, bytes.ToArray(), CancellationToken.None);
    }
}
