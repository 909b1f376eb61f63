using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using Mox.Addresses;
using Mox.Dns;
using Mox.Dns.Records;
using Mox.EmailAuth.Dkim;

namespace Mox.Host.Cli.Checks;

/// <summary><c>mox dkim gen</c> and <c>mox dkim txt</c>: keys to sign with, and what to publish of them.</summary>
internal static class DkimKeyCommand
{
    private const int MaxFileBytes = 100_000;

    private static readonly Argument<DkimAlgorithm> Algorithm = new("ALGORITHM")
    {
        Description = "rsa, which everybody can check, or ed25519, which is small and which many cannot.",
    };

    private static readonly Argument<string?> NewFile = new("FILE")
    {
        Description = "Where the key goes (PKCS#8, mode 0600); it must not be there. Without it, the key is printed.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Argument<string?> KeyFile = new("FILE")
    {
        Description = "The private key (PKCS#8). Default: standard input.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string?> Selector = new("--selector") { Description = "The name of the key, to print a line for the zone.", HelpName = "NAME" };

    private static readonly Option<string?> DomainName = new("--domain") { Description = "The domain that signs, likewise.", HelpName = "DOMAIN" };

    static DkimKeyCommand() => Algorithm.AcceptOnlyFromAmong("rsa", "ed25519");

    public static Command CreateGen() => CheckCommand.CreateOffline(
        "gen",
        """
        Make a key: RSA with 2048 bits, or Ed25519.

        Example:
          mox dkim gen rsa 2026a.example.org.pem
        """,
        Generate,
        Algorithm,
        NewFile);

    public static Command CreateTxt() => CheckCommand.CreateOffline(
        "txt",
        """
        Print the record to publish for a private key.

        Example:
          mox dkim txt 2026a.example.org.pem --selector 2026a --domain example.org
        """,
        PrintRecordAsync,
        KeyFile,
        Selector,
        DomainName);

    /// <summary>Where a key is published.</summary>
    /// <exception cref="UserErrorException">The name is too long.</exception>
    public static DnsName RecordName(Domain selector, Domain domain) => DnsName.TryParse($"{selector.Ascii}._domainkey.{domain.Ascii}", out DnsName name)
        ? name : throw new UserErrorException("selector and domain make too long a name: use a shorter selector");

    /// <summary>Reads a private key from a file.</summary>
    /// <exception cref="UserErrorException">It cannot be read, or is no key.</exception>
    public static async Task<DkimPrivateKey> ReadAsync(string file, CancellationToken ct)
    {
        try
        {
            await using FileStream stream = File.OpenRead(file);
            return await ReadAsync(stream, file, ct);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{file} cannot be read: {e.Message}", e);
        }
    }

    private static async Task<DkimPrivateKey> ReadAsync(Stream stream, string name, CancellationToken ct)
    {
        byte[] bytes = new byte[MaxFileBytes];
        int length = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, ct);
        try
        {
            return DkimPrivateKey.FromPem(Encoding.Latin1.GetString(bytes, 0, length));
        }
        catch (Exception e) when (e is CryptographicException or PlatformNotSupportedException)
        {
            throw new UserErrorException($"{name} has no key to sign with: {e.Message} Make one with mox dkim gen", e);
        }
    }

    private static Task<int> Generate(CheckContext context, CancellationToken ct)
    {
        string? file = context.GetOptional(NewFile);
        if (file is not null && Path.Exists(file))
        {
            throw new UserErrorException($"{file} is there already: name another file");
        }

        using DkimPrivateKey key = Generate(context.Get(Algorithm));
        if (file is null && !context.IsJson)
        {
            context.Output.Write(key.ToPem());
            return Task.FromResult(0);
        }

        if (file is not null)
        {
            Write(file, key.ToPem());
        }

        return Task.FromResult(context.Print(Describe(key).Add("file", file).Add("key", file is null ? key.ToPem() : null), isPass: true));
    }

    private static DkimPrivateKey Generate(DkimAlgorithm algorithm)
    {
        try
        {
            return DkimPrivateKey.Generate(algorithm);
        }
        catch (PlatformNotSupportedException e)
        {
            throw new UserErrorException($"{e.Message} Make an RSA key instead", e);
        }
    }

    private static void Write(string file, string pem)
    {
        try
        {
            PrivateFiles.Write(Path.GetFullPath(file), Encoding.ASCII.GetBytes(pem));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{file} cannot be written: {e.Message}", e);
        }
    }

    private static async Task<int> PrintRecordAsync(CheckContext context, CancellationToken ct)
    {
        string? selector = context.Get(Selector), domain = context.Get(DomainName);
        if ((selector is null) != (domain is null))
        {
            throw new UserErrorException("a line for the zone takes both --selector and --domain");
        }

        using DkimPrivateKey key = context.GetOptional(KeyFile) is { } file ? await ReadAsync(file, ct) : await ReadAsync(context.OpenInput(), "standard input", ct);
        Finding finding = Describe(key);
        if (selector is not null)
        {
            DnsName name = RecordName(CheckContext.ToDomain(selector), CheckContext.ToDomain(domain!));
            finding.Add("zone", $"{name} IN TXT {TxtRecord.Of(RecordOf(key))}");
        }

        return context.Print(finding, isPass: true);
    }

    private static Finding Describe(DkimPrivateKey key) =>
        Finding.Of("pass").Add("algorithm", key.Algorithm == DkimAlgorithm.Rsa ? "rsa-sha256" : "ed25519-sha256").Add("record", RecordOf(key));

    private static string RecordOf(DkimPrivateKey key) => DkimRecord.Compose(key.Algorithm, key.PublicKey);
}
