using System.Security.Cryptography;

namespace Mox.EmailAuth.Native;

/// <summary>Signatures with Ed25519 (RFC 8032 section 5.1).</summary>
internal static class Ed25519
{
    public const int KeyLength = 32;
    public const int SignatureLength = 64;

    /// <summary>Whether this machine can do it.</summary>
    public static bool IsSupported => LibCrypto.IsThere;

    /// <summary>Whether the signature is that of the data. A key or signature of another length is none.</summary>
    /// <exception cref="PlatformNotSupportedException">OpenSSL was not found.</exception>
    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (publicKey.Length != KeyLength || signature.Length != SignatureLength)
        {
            return false;
        }

        using KeyHandle key = new(Supported() ? LibCrypto.EVP_PKEY_new_raw_public_key(LibCrypto.Ed25519Type, 0, publicKey, KeyLength) : 0);
        using ContextHandle context = new();
        return !key.IsInvalid
            && LibCrypto.EVP_DigestVerifyInit(context.Value, 0, 0, 0, key.Value) == 1
            && LibCrypto.EVP_DigestVerify(context.Value, signature, SignatureLength, data, (nuint)data.Length) == 1;
    }

    /// <summary>Signs data with a private key of 32 bytes (the seed).</summary>
    /// <exception cref="PlatformNotSupportedException">OpenSSL was not found.</exception>
    public static byte[] Sign(ReadOnlySpan<byte> privateKey, ReadOnlySpan<byte> data)
    {
        using var key = PrivateKey(privateKey);
        using ContextHandle context = new();
        byte[] signature = new byte[SignatureLength];
        nuint length = SignatureLength;
        Check(LibCrypto.EVP_DigestSignInit(context.Value, 0, 0, 0, key.Value));
        Check(LibCrypto.EVP_DigestSign(context.Value, signature, ref length, data, (nuint)data.Length));
        return signature;
    }

    /// <summary>The public key of a private one.</summary>
    /// <exception cref="PlatformNotSupportedException">OpenSSL was not found.</exception>
    public static byte[] PublicKey(ReadOnlySpan<byte> privateKey)
    {
        using var key = PrivateKey(privateKey);
        byte[] raw = new byte[KeyLength];
        nuint length = KeyLength;
        Check(LibCrypto.EVP_PKEY_get_raw_public_key(key.Value, raw, ref length));
        return raw;
    }

    private static KeyHandle PrivateKey(ReadOnlySpan<byte> privateKey)
    {
        if (privateKey.Length != KeyLength)
        {
            throw new CryptographicException("An Ed25519 key has 32 bytes.");
        }

        KeyHandle key = new(Supported() ? LibCrypto.EVP_PKEY_new_raw_private_key(LibCrypto.Ed25519Type, 0, privateKey, KeyLength) : 0);
        Check(key.IsInvalid ? 0 : 1);
        return key;
    }

    private static bool Supported() =>
        IsSupported ? true : throw new PlatformNotSupportedException("Ed25519 needs OpenSSL's libcrypto, which was not found.");

    private static void Check(int result)
    {
        if (result != 1)
        {
            throw new CryptographicException("OpenSSL could not do it.");
        }
    }

    private sealed class KeyHandle(nint key) : IDisposable
    {
        public nint Value => key;

        public bool IsInvalid => key == 0;

        public void Dispose() => LibCrypto.EVP_PKEY_free(key);
    }

    private sealed class ContextHandle : IDisposable
    {
        public nint Value { get; } = LibCrypto.EVP_MD_CTX_new();

        public void Dispose() => LibCrypto.EVP_MD_CTX_free(Value);
    }
}
