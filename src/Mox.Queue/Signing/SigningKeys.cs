using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;
using Mox.Config;
using Mox.EmailAuth.Dkim;

namespace Mox.Queue;

/// <summary>Private keys by file: read once, and again when the file is another one.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class SigningKeys
{
    // More than anybody signs with at once; past it all are read again.
    private const int MaxKeys = 1000;

    private readonly ConcurrentDictionary<string, KnownKey> _keys = new(StringComparer.Ordinal);

    /// <summary>The key in a file.</summary>
    /// <exception cref="IOException">The file cannot be read, or others can read it.</exception>
    /// <exception cref="UnauthorizedAccessException">The file cannot be opened.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">It has no key that can be used.</exception>
    /// <exception cref="PlatformNotSupportedException">It is an Ed25519 key, and there is no OpenSSL.</exception>
    public DkimPrivateKey Get(string file)
    {
        (DateTime ChangedAt, long Bytes) stamp = Stamp(file);
        if (_keys.TryGetValue(file, out KnownKey? known) && known.Stamp == stamp)
        {
            return known.Key;
        }

        DkimPrivateKey key = DkimPrivateKey.FromPem(SecretFile.ReadAll(file));
        if (_keys.Count >= MaxKeys)
        {
            _keys.Clear();
        }

        // The one that it replaces may be signing just now, so it is left to the garbage collector.
        _keys[file] = new KnownKey(stamp, key);
        return key;
    }

    // By a handle, so that links are followed.
    private static (DateTime ChangedAt, long Bytes) Stamp(string file)
    {
        using SafeFileHandle handle = File.OpenHandle(file);
        return (File.GetLastWriteTimeUtc(handle), RandomAccess.GetLength(handle));
    }

    private sealed record KnownKey((DateTime ChangedAt, long Bytes) Stamp, DkimPrivateKey Key);
}
