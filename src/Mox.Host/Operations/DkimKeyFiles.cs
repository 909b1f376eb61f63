using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Mox.Addresses;
using Mox.Config;
using Mox.EmailAuth.Dkim;
using Mox.Store;

namespace Mox.Host.Operations;

/// <summary>The private keys of domains, in files below <c>dkim</c> of the configuration directory.</summary>
internal static class DkimKeyFiles
{
    private const string DirectoryName = "dkim";
    private const string OldDirectoryName = "old";

    /// <summary>What is wrong with the text of a private key; null when it is good.</summary>
    public static string? Problem(string pem)
    {
        try
        {
            using DkimPrivateKey key = DkimPrivateKey.FromPem(pem);
            return null;
        }
        catch (Exception e) when (e is CryptographicException or PlatformNotSupportedException)
        {
            return e.Message;
        }
    }

    /// <summary>Makes the keys of a new domain, an RSA and an Ed25519 one: most know only the first, the second is the stronger.</summary>
    /// <exception cref="UserErrorException">They cannot be written, or are there already.</exception>
    public static IReadOnlyList<DkimKeyFile> Create(string configDirectory, Domain domain, DateTimeOffset now)
    {
        var files = new List<DkimKeyFile>();
        try
        {
            string directory = MakeDirectory(configDirectory, DirectoryName);
            foreach (DkimAlgorithm algorithm in (DkimAlgorithm[])[DkimAlgorithm.Rsa, DkimAlgorithm.Ed25519])
            {
                string selector = string.Create(CultureInfo.InvariantCulture, $"{now.Year}{(char)('a' + files.Count)}");
                string name = $"{selector}._domainkey.{domain.Ascii}.pem";
                using DkimPrivateKey key = DkimPrivateKey.Generate(algorithm);
                string path = Path.Combine(directory, name);
                PrivateFiles.WriteNew(path, Encoding.ASCII.GetBytes(key.ToPem()));
                files.Add(new DkimKeyFile(selector, $"{DirectoryName}/{name}"));
                DurableFiles.CopyOwner(DomainsFile(configDirectory), path);
                DurableFiles.FlushDirectory(directory);
            }
        }
        catch (PlatformNotSupportedException) when (files.Count > 0)
        {
            // Without OpenSSL there is no Ed25519; everybody takes RSA.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Delete(configDirectory, files);
            throw new UserErrorException($"the keys of {domain} cannot be written: {e.Message.TrimEnd('.')}: correct that, or move old keys away", e);
        }

        return files;
    }

    /// <summary>Removes keys that nothing has been signed with.</summary>
    public static void Delete(string? configDirectory, IReadOnlyList<DkimKeyFile> keys)
    {
        foreach (DkimKeyFile key in keys)
        {
            File.Delete(Path.Combine(configDirectory!, key.File));
        }
    }

    /// <summary>Puts the keys of a domain that is gone aside, those that we made and nobody names any more; what was done, for the operator.</summary>
    public static string Retire(string configDirectory, DkimConfig gone, MoxConfig config, DateTimeOffset now)
    {
        HashSet<string> used = [.. config.Domains.Values.SelectMany(domain => domain.Dkim?.Selectors ?? []).Select(selector => selector.KeyFile)];
        string ours = Path.Combine(configDirectory, DirectoryName);
        string[] files = [.. gone.Selectors.Select(selector => selector.KeyFile).Distinct().Where(file => Path.GetDirectoryName(file) == ours && !used.Contains(file))];
        if (files.Length == 0)
        {
            return "";
        }

        try
        {
            string old = MakeDirectory(configDirectory, Path.Combine(DirectoryName, OldDirectoryName));
            foreach (string file in files)
            {
                string time = now.ToString("yyyyMMddTHHmmssfff", CultureInfo.InvariantCulture);
                File.Move(file, Path.Combine(old, $"{Path.GetFileNameWithoutExtension(file)}.{time}.pem"));
            }

            return $"; its keys are in {old}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"; its keys are still in {ours}: {e.Message}";
        }
    }

    private static string MakeDirectory(string configDirectory, string name)
    {
        string directory = Path.Combine(configDirectory, name);
        if (!Directory.Exists(directory))
        {
            PrivateFiles.CreateDirectory(directory);
            DurableFiles.CopyOwner(DomainsFile(configDirectory), directory);
            DurableFiles.FlushDirectory(Path.GetDirectoryName(directory)!);
        }

        return directory;
    }

    private static string DomainsFile(string configDirectory) => Path.Combine(configDirectory, ConfigLoader.DomainsFileName);
}
