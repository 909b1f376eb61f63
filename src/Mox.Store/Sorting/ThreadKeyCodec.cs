using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Mox.Store;

/// <summary>
/// Message ids and base subjects as hashes of 16 bytes: a flag byte, the id, the subject, then the ids of the references, oldest first.
/// </summary>
/// <remarks>
/// A row of fixed pieces is read without making a string of any. SHA-256 cut to 128 bits: nobody can make two ids that count as one.
/// Zero stands for none.
/// </remarks>
internal static class ThreadKeyCodec
{
    public const int HashBytes = 16;
    public const int FixedBytes = 1 + (2 * HashBytes);

    public static byte[] Encode(string? id, IReadOnlyList<string> references, string subjectKey, bool isReply)
    {
        byte[] keys = new byte[FixedBytes + (references.Count * HashBytes)];
        keys[0] = isReply ? (byte)1 : (byte)0;
        Hash(id, keys.AsSpan(1));
        Hash(subjectKey, keys.AsSpan(1 + HashBytes));
        for (int i = 0; i < references.Count; i++)
        {
            Hash(references[i], keys.AsSpan(FixedBytes + (i * HashBytes)));
        }

        return keys;
    }

    public static UInt128 Read(ReadOnlySpan<byte> keys, int at) => BinaryPrimitives.ReadUInt128LittleEndian(keys.Slice(at, HashBytes));

    private static void Hash(string? text, Span<byte> to)
    {
        if (string.IsNullOrEmpty(text))
        {
            return;
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        hash[..HashBytes].CopyTo(to);
    }
}
