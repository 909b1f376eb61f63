using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Mox.Store;

/// <summary>Verified passwords, as an HMAC under a key of this process, for some minutes: the next login need not hash again.</summary>
/// <remarks>One for an account, and the account's name is part of what is hashed: no login can be mistaken for another's.</remarks>
internal sealed class RememberedLogins(TimeSpan lifetime, TimeProvider timeProvider)
{
    // Past this all are forgotten; it only costs hashing anew.
    private const int MaxAccounts = 100_000;

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly ConcurrentDictionary<string, (byte[] Mac, long At)> _byAccount = new(StringComparer.Ordinal);

    public bool Matches(string account, string password) =>
        _byAccount.TryGetValue(account, out (byte[] Mac, long At) known)
        && timeProvider.GetElapsedTime(known.At) < lifetime
        && CryptographicOperations.FixedTimeEquals(Mac(account, password), known.Mac);

    public void Remember(string account, string password)
    {
        if (_byAccount.Count >= MaxAccounts)
        {
            _byAccount.Clear();
        }

        _byAccount[account] = (Mac(account, password), timeProvider.GetTimestamp());
    }

    public void Forget(string account) => _byAccount.TryRemove(account, out _);

    // A NUL is in no account name and in no prepared password.
    private byte[] Mac(string account, string password) => HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{account}\0{password}"));
}
