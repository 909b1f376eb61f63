using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace Mox.Smtp;

/// <summary>
/// Enciphers connection ids, so that Received fields and error texts can be matched with our log by us alone:
/// base64url of one AES block over eight fixed random bytes and the eight bytes of the id.
/// </summary>
public sealed class ReceivedIdCipher
{
    /// <summary>Length of the key: 16 bytes for AES, 8 random bytes that prove a deciphered id to be ours.</summary>
    public const int KeyBytes = 24;

    private readonly Aes _aes;
    private readonly byte[] _check;

    /// <summary>Takes the key as kept in a file of mode 0600.</summary>
    /// <exception cref="ArgumentException">The key has not <see cref="KeyBytes"/> bytes.</exception>
    public ReceivedIdCipher(ReadOnlySpan<byte> key)
    {
        if (key.Length != KeyBytes)
        {
            throw new ArgumentException($"The key for received ids has {key.Length} bytes, not {KeyBytes}.", nameof(key));
        }
        _aes = Aes.Create();
        _aes.Key = key[..16].ToArray();
        _check = key[16..].ToArray();
    }

    /// <summary>A key for a new installation.</summary>
    public static byte[] NewKey() => RandomNumberGenerator.GetBytes(KeyBytes);

    /// <summary>Enciphers a connection id: 22 characters.</summary>
    public string Encrypt(long cid)
    {
        Span<byte> block = stackalloc byte[16];
        _check.CopyTo(block);
        BinaryPrimitives.WriteInt64BigEndian(block[8..], cid);
        Span<byte> output = stackalloc byte[16];
        lock (_aes)
        {
            _aes.EncryptEcb(block, output, PaddingMode.None);
        }
        return Base64Url.EncodeToString(output);
    }

    /// <summary>Deciphers what <see cref="Encrypt"/> made; false for anything else, also for ids of another key.</summary>
    public bool TryDecrypt(string text, out long cid)
    {
        cid = 0;
        Span<byte> block = stackalloc byte[16];
        if (text is not { Length: 22 } || Base64Url.DecodeFromChars(text, block, out _, out int written) != OperationStatus.Done || written != 16)
        {
            return false;
        }
        Span<byte> output = stackalloc byte[16];
        lock (_aes)
        {
            _aes.DecryptEcb(block, output, PaddingMode.None);
        }
        if (!CryptographicOperations.FixedTimeEquals(output[..8], _check))
        {
            return false;
        }
        cid = BinaryPrimitives.ReadInt64BigEndian(output[8..]);
        return true;
    }
}
