using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace DaprDynamo.Core.Ring;

/// <summary>
/// A key and its place on the ring. A key is the UTF-8 text a client sent, 1 to 1,024 bytes;
/// its place is the first 64 bits of the MD5 of those bytes (Dynamo, section 4.2).
/// </summary>
public sealed class Key : IEquatable<Key>, IComparable<Key>
{
    /// <summary>The longest key accepted, in bytes of UTF-8.</summary>
    public const int SizeBytesMax = 1024;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly byte[] _utf8;

    private Key(byte[] utf8)
    {
        _utf8 = utf8;
        Span<byte> digest = stackalloc byte[MD5.HashSizeInBytes];
        MD5.HashData(utf8, digest);
        Position = BinaryPrimitives.ReadUInt64BigEndian(digest);
    }

    /// <summary>Where the key lies on the ring: the first 64 bits of the MD5 of its bytes.</summary>
    public ulong Position { get; }

    /// <summary>The key's bytes, valid UTF-8.</summary>
    public ReadOnlyMemory<byte> Utf8 => _utf8;

    /// <summary>The position as 16 hexadecimal digits: what logs show in place of the key.</summary>
    public string HashText => Position.ToString("x16", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Makes a key of text.</summary>
    /// <exception cref="ArgumentException">The text is empty, too long, or holds an unpaired surrogate.</exception>
    public static Key FromText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return FromUtf8(StrictUtf8.GetBytes(text));
    }

    /// <summary>Makes a key of bytes it copies.</summary>
    /// <exception cref="ArgumentException">The bytes are none, more than <see cref="SizeBytesMax"/>, or not UTF-8.</exception>
    public static Key FromUtf8(ReadOnlySpan<byte> utf8)
    {
        if (!TryFromUtf8(utf8, out var key))
        {
            throw new ArgumentException($"A key is 1 to {SizeBytesMax} bytes of valid UTF-8.", nameof(utf8));
        }

        return key;
    }

    /// <summary>Makes a key of bytes it copies; false when they are none, too many, or not UTF-8.</summary>
    public static bool TryFromUtf8(ReadOnlySpan<byte> utf8, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Key? key)
    {
        var valid = utf8.Length is > 0 and <= SizeBytesMax && System.Text.Unicode.Utf8.IsValid(utf8);
        key = valid ? new Key(utf8.ToArray()) : null;
        return valid;
    }

    /// <inheritdoc/>
    public bool Equals(Key? other) => other is not null && Position == other.Position && _utf8.AsSpan().SequenceEqual(other._utf8);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Key);

    /// <inheritdoc/>
    public override int GetHashCode() => Position.GetHashCode();

    /// <summary>Orders keys by their bytes, the order in which stores page through them.</summary>
    public int CompareTo(Key? other) => other is null ? 1 : _utf8.AsSpan().SequenceCompareTo(other._utf8);

    /// <summary>The key as text.</summary>
    public override string ToString() => Encoding.UTF8.GetString(_utf8);

    /// <summary>Whether both are the same key.</summary>
    public static bool operator ==(Key? left, Key? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether they are different keys.</summary>
    public static bool operator !=(Key? left, Key? right) => !(left == right);

    /// <summary>Whether the left key's bytes come before the right's.</summary>
    public static bool operator <(Key? left, Key? right) => left is null ? right is not null : left.CompareTo(right) < 0;

    /// <summary>Whether the left key's bytes come before the right's or are the same.</summary>
    public static bool operator <=(Key? left, Key? right) => left is null || left.CompareTo(right) <= 0;

    /// <summary>Whether the left key's bytes come after the right's.</summary>
    public static bool operator >(Key? left, Key? right) => !(left <= right);

    /// <summary>Whether the left key's bytes come after the right's or are the same.</summary>
    public static bool operator >=(Key? left, Key? right) => !(left < right);
}
