using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Mox.Net.Sasl;

/// <summary>The digest of CRAM-MD5 (RFC 2195 section 2), for both sides.</summary>
internal static class CramMd5Digest
{
    /// <summary>The digest in lower-case hexadecimal.</summary>
    [SuppressMessage("Security", "CA5351", Justification = "The mechanism is HMAC-MD5; off unless the operator enables it.")]
    public static string Hex(byte[] secret, ReadOnlySpan<byte> challenge) => Convert.ToHexStringLower(HMACMD5.HashData(secret, challenge));
}
