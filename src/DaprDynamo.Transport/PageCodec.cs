using System.IO.Compression;
using DaprDynamo.Cluster.Peers;
using Google.Protobuf;

namespace DaprDynamo.Transport;

/// <summary>Pages of records that move to a new owner: compressed when that makes them smaller by enough to pay.</summary>
internal static class PageCodec
{
    private const int CompressedFromBytes = 1024;
    private const double WorthwhileShare = 0.9;
    private const int BrotliQuality = 3;
    private const int BrotliWindow = 18;

    // A page is some hundred kilobytes and one more record: far below this even with the largest record there can be.
    private const int SizeBytesMax = 64 * 1024 * 1024;

    internal static Protocol.Page Encode(RecordsPulled pulled)
    {
        var content = new Protocol.PageContent();
        content.Records.AddRange(pulled.Records.Select(pair => new Protocol.Tombstone { Key = PeerCodec.Wrap(pair.Key.Utf8), Record = PeerCodec.EncodeRecord(pair.Value) }));
        var plain = content.ToByteArray();
        var page = new Protocol.Page { Last = pulled.IsLast, Content = UnsafeByteOperations.UnsafeWrap(plain) };
        if (plain.Length >= CompressedFromBytes && Compress(plain) is { } compressed)
        {
            (page.Content, page.Compressed) = (UnsafeByteOperations.UnsafeWrap(compressed), true);
        }

        return page;
    }

    /// <exception cref="InvalidDataException">The message makes no sense.</exception>
    internal static RecordsPulled Decode(Protocol.Page page)
    {
        try
        {
            var content = Protocol.PageContent.Parser.ParseFrom(page.Compressed ? Decompress(page.Content) : page.Content);
            return new([.. content.Records.Select(record => KeyValuePair.Create(PeerCodec.DecodeKey(record.Key), PeerCodec.DecodeRecord(record.Record)))], page.Last);
        }
        catch (InvalidProtocolBufferException damaged)
        {
            throw new InvalidDataException("A peer sends a malformed page of records.", damaged);
        }
    }

    private static byte[]? Compress(byte[] plain)
    {
        var compressed = new byte[(int)(plain.Length * WorthwhileShare)];
        return BrotliEncoder.TryCompress(plain, compressed, out var length, BrotliQuality, BrotliWindow) ? compressed[..length] : null;
    }

    private static ByteString Decompress(ByteString compressed)
    {
        using var brotli = new BrotliStream(new MemoryStream(compressed.ToByteArray()), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        var buffer = new byte[64 * 1024];
        for (var read = Read(); read > 0; read = Read())
        {
            plain.Write(buffer, 0, read);
            if (plain.Length > SizeBytesMax)
            {
                throw new InvalidDataException("A peer sends a page of records that is far too large.");
            }
        }

        return UnsafeByteOperations.UnsafeWrap(plain.ToArray());

        int Read()
        {
            try
            {
                return brotli.Read(buffer);
            }
            catch (InvalidOperationException damaged)
            {
                throw new InvalidDataException("A peer sends a damaged page of records.", damaged);
            }
        }
    }
}
