using System.Buffers.Binary;
using System.Security.Cryptography;

namespace DaprDynamo.Storage;

/// <summary>Draws storage generations: the part of an actor that tells one data directory's counts from another's.</summary>
public static class GenerationSource
{
    /// <summary>Draws a generation from the system's secure random numbers: 1 to 2^63 - 1, so that it fits a signed column.</summary>
    public static ulong Draw()
    {
        Span<byte> bytes = stackalloc byte[sizeof(ulong)];
        ulong generation;
        do
        {
            RandomNumberGenerator.Fill(bytes);
            generation = BinaryPrimitives.ReadUInt64LittleEndian(bytes) & long.MaxValue;
        }
        while (generation == 0);

        return generation;
    }
}
