using System.Security.Cryptography;
using System.Text;

namespace Mox.Net.Sasl;

/// <summary>
/// Verifiers for logins that do not exist: always the same for the same login, as a real one is, and never satisfied by
/// any password, because the keys are not the hash of anything known.
/// </summary>
/// <remarks>The secret must outlive restarts; else a salt that changes tells which logins are unknown.</remarks>
public sealed class FakeScramVerifiers(byte[] serverSecret, int iterations)
{
    /// <summary>The verifier for an unknown login, which should be given in its canonical form.</summary>
    public ScramVerifier For(ScramHash hash, string login)
    {
        var size = ScramVerifier.Size(hash);
        return new ScramVerifier(hash, Part("salt", login)[..16], iterations, Part("stored", login)[..size], Part("server", login)[..size]);
    }

    private byte[] Part(string use, string login) =>
        HMACSHA256.HashData(serverSecret, Encoding.UTF8.GetBytes($"scram {use}\0{login}"));
}
