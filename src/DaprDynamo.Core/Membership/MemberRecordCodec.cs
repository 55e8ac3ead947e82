using System.Collections.Immutable;
using System.Text;
using DaprDynamo.Core.Ring;

namespace DaprDynamo.Core.Membership;

/// <summary>Member records as bytes, the same on disk and between nodes. Whoever carries them sees to their integrity.</summary>
public static class MemberRecordCodec
{
    private const byte Format = 2;

    /// <summary>Without what has to do with forced removals.</summary>
    private const byte FirstFormat = 1;

    /// <summary>The record's bytes.</summary>
    public static byte[] Encode(MemberRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        writer.Write(Format);
        writer.Write(record.NodeId);
        writer.Write(record.Address.ToString());
        writer.Write(record.Zone);
        writer.Write((byte)record.State);
        writer.Write((byte)record.Phase);
        writer.Write(record.IsRemoved);
        writer.Write(record.Incarnation);
        writer.Write(record.Version);
        writer.Write(record.RingSteps);
        writer.Write(record.Replaces ?? "");
        writer.Write(record.ReplacesIncarnation);
        Write(writer, record.Tokens);
        Write(writer, record.NextTokens);
        writer.Write7BitEncodedInt(record.Heirs.Length);
        foreach (var bequest in record.Heirs)
        {
            writer.Write(bequest.HeirId);
            Write(writer, bequest.Token);
        }

        writer.Write(record.IsForced);
        writer.Write7BitEncodedInt(record.LeftOut.Length);
        foreach (var nodeId in record.LeftOut)
        {
            writer.Write(nodeId);
        }

        writer.Flush();
        return bytes.ToArray();
    }

    /// <summary>The record in some bytes.</summary>
    /// <exception cref="InvalidDataException">The bytes are no member record.</exception>
    public static MemberRecord Decode(ReadOnlyMemory<byte> encoded)
    {
        try
        {
            using var reader = new BinaryReader(new MemoryStream(encoded.ToArray()), Encoding.UTF8);
            var format = reader.ReadByte();
            if (format is not (Format or FirstFormat))
            {
                throw new InvalidDataException("A member record of a format that this version does not know.");
            }

            var (nodeId, address, zone) = (reader.ReadString(), new Uri(reader.ReadString()), reader.ReadString());
            var (state, phase, isRemoved) = ((MemberState)reader.ReadByte(), (ChangePhase)reader.ReadByte(), reader.ReadBoolean());
            var (incarnation, version, steps) = (reader.ReadUInt64(), reader.ReadUInt64(), reader.ReadUInt64());
            var (replaces, replacesIncarnation) = (reader.ReadString(), reader.ReadUInt64());
            var (tokens, next) = (ReadTokens(reader), ReadTokens(reader));
            var heirs = ReadMany(reader, () => new Bequest(reader.ReadString(), ReadToken(reader)));
            var (isForced, leftOut) = format == FirstFormat ? (false, []) : (reader.ReadBoolean(), ReadMany(reader, reader.ReadString));
            if (!Membership.NodeId.IsValid(nodeId) || !Enum.IsDefined(state) || !Enum.IsDefined(phase))
            {
                throw new InvalidDataException("A member record that makes no sense.");
            }

            return new MemberRecord(nodeId, address, zone, state, incarnation, version, tokens)
            {
                Phase = phase,
                NextTokens = next,
                Heirs = heirs,
                Replaces = replaces.Length == 0 ? null : replaces,
                ReplacesIncarnation = replacesIncarnation,
                IsRemoved = isRemoved,
                IsForced = isForced,
                LeftOut = leftOut,
                RingSteps = steps,
            };
        }
        catch (Exception failure) when (failure is IOException or UriFormatException or FormatException or DecoderFallbackException)
        {
            throw new InvalidDataException("A member record that is cut or damaged.", failure);
        }
    }

    private static void Write(BinaryWriter writer, ImmutableArray<Token> tokens)
    {
        writer.Write7BitEncodedInt(tokens.Length);
        foreach (var token in tokens)
        {
            Write(writer, token);
        }
    }

    private static void Write(BinaryWriter writer, Token token)
    {
        writer.Write7BitEncodedInt(token.Partition);
        writer.Write7BitEncodedInt((int)token.Claim);
    }

    private static ImmutableArray<Token> ReadTokens(BinaryReader reader) => ReadMany(reader, () => ReadToken(reader));

    private static Token ReadToken(BinaryReader reader) => new(reader.Read7BitEncodedInt(), (uint)reader.Read7BitEncodedInt());

    private static ImmutableArray<T> ReadMany<T>(BinaryReader reader, Func<T> read)
    {
        var count = reader.Read7BitEncodedInt();
        if (count is < 0 or > PartitionSpace.CountMax)
        {
            throw new InvalidDataException("A member record with more tokens than there are partitions.");
        }

        var items = ImmutableArray.CreateBuilder<T>();
        for (var i = 0; i < count; i++)
        {
            items.Add(read());
        }

        return items.ToImmutable();
    }
}
