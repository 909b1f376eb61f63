using System.Text;
using Mox.Net.Sasl;

namespace Mox.Store;

/// <summary>Reads and writes an account's secrets (table Credentials).</summary>
internal static class Credentials
{
    public const string CramMd5 = "CRAM-MD5";

    public static string Name(ScramHash hash) => hash == ScramHash.Sha256 ? "SCRAM-SHA-256" : "SCRAM-SHA-1";

    public static ScramVerifier? ReadScram(Database database, ScramHash hash)
    {
        Statement read = database.Prepare("SELECT Salt, Iterations, StoredKey, ServerKey FROM Credentials WHERE Mechanism = ?").Bind(Name(hash));
        if (!read.Step())
        {
            return null;
        }

        var verifier = new ScramVerifier(hash, read.Blob(0), (int)read.Int64(1), read.Blob(2), read.Blob(3));
        read.Reset();
        return verifier;
    }

    public static byte[]? ReadCramMd5(Database database)
    {
        Statement read = database.Prepare("SELECT StoredKey FROM Credentials WHERE Mechanism = ?").Bind(CramMd5);
        if (!read.Step())
        {
            return null;
        }

        byte[] secret = read.Blob(0);
        read.Reset();
        return secret;
    }

    /// <summary>Replaces all secrets: those of mechanisms that are not enabled go.</summary>
    public static void Write(Database database, IEnumerable<ScramVerifier> verifiers, string? cramMd5Password, DateTimeOffset now)
    {
        database.RunPrepared("DELETE FROM Credentials");
        foreach (ScramVerifier verifier in verifiers)
        {
            Insert(database, Name(verifier.Hash), verifier.Salt, verifier.Iterations, verifier.StoredKey, verifier.ServerKey, now);
        }

        if (cramMd5Password is not null)
        {
            // RFC 2195 demands the shared secret itself: as good as the password, and therefore off by default.
            byte[] secret = Encoding.UTF8.GetBytes(cramMd5Password);
            Insert(database, CramMd5, [0], 1, secret, secret, now);
        }
    }

    private static void Insert(
        Database database, string mechanism, byte[] salt, int iterations, byte[] storedKey, byte[] serverKey, DateTimeOffset now) =>
        database.Prepare(
            "INSERT INTO Credentials (Mechanism, Salt, Iterations, StoredKey, ServerKey, ChangedAt) VALUES (?, ?, ?, ?, ?, ?)")
            .Bind(mechanism).Bind(salt).Bind(iterations).Bind(storedKey).Bind(serverKey).Bind(now.ToUnixTimeSeconds())
            .Run();
}
