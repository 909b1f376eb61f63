using System.Collections.Immutable;
using System.Globalization;
using Mox.Config.Files;

namespace Mox.Config;

/// <summary>The files that a configuration names are there and can be used, and no other user can read the secret ones.</summary>
/// <param name="keyProblem">What is wrong with the text of a private key for DKIM.</param>
/// <param name="running">What ran before: what it names is known to be good. Null at the start.</param>
internal sealed class NamedFiles(Func<string, string?> keyProblem, MoxConfig? running = null)
{
    /// <summary>Adds a problem for every file that cannot be used.</summary>
    public void Validate(MoxConfig config, ProblemList problems)
    {
        // What needs a restart was looked at when it was started.
        if (running is null)
        {
            Certificates(config, problems);
            Passwords(config, problems);
        }

        DkimKeys(config, problems);
    }

    private static void Certificates(MoxConfig config, ProblemList problems)
    {
        foreach (ListenerConfig listener in config.Listeners)
        {
            ImmutableArray<CertificateConfig> certificates = listener.Tls?.Certificates ?? [];
            for (int i = 0; i < certificates.Length; i++)
            {
                string path = string.Create(CultureInfo.InvariantCulture, $"Mox:Listeners:{listener.Name}:Tls:Certificates:{i}");
                Check(problems, $"{path}:CertificateFile", certificates[i].CertificateFile, isSecret: false);
                Check(problems, $"{path}:KeyFile", certificates[i].KeyFile, isSecret: true);
            }
        }
    }

    private static void Passwords(MoxConfig config, ProblemList problems)
    {
        foreach (TransportConfig transport in config.Transports.Values)
        {
            if (transport.Smarthost?.PasswordFile is { } file)
            {
                Check(problems, $"Mox:Transports:{transport.Name}:Smarthost:PasswordFile", file, isSecret: true);
            }
        }
    }

    private void DkimKeys(MoxConfig config, ProblemList problems)
    {
        HashSet<string> known = running is null ? [] : [.. KeysOf(running).Select(key => key.Selector.KeyFile)];
        foreach ((DomainConfig domain, DkimSelectorConfig selector) in KeysOf(config).Where(key => !known.Contains(key.Selector.KeyFile)))
        {
            string path = $"Domains:{domain.Name}:Dkim:Selectors:{selector.Name}:KeyFile";
            Check(problems, path, selector.KeyFile, isSecret: true, keyProblem);
        }
    }

    private static IEnumerable<(DomainConfig Domain, DkimSelectorConfig Selector)> KeysOf(MoxConfig config) =>
        config.Domains.Values.Where(domain => domain.Dkim is not null).SelectMany(domain => domain.Dkim!.Selectors, (domain, selector) => (domain, selector));

    private static void Check(ProblemList problems, string path, string file, bool isSecret, Func<string, string?>? contentProblem = null)
    {
        try
        {
            if (!File.Exists(file))
            {
                problems.Add(path, $"there is no file {file}", "create it, or correct the path");
            }
            else if (isSecret && SecretFile.IsOpenToOthers(file))
            {
                problems.Add(path, $"{file} can be read by other users", "chmod 600 it");
            }
            else if (contentProblem is null)
            {
                using FileStream readable = File.OpenRead(file);
            }
            else if (contentProblem(SecretFile.ReadAll(file)) is { } problem)
            {
                problems.Add(path, $"{file}: {problem.TrimEnd('.')}", "name a private key in PKCS#8 form: `mox dkim gen` writes one");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(path, $"{file} cannot be read: {e.Message.TrimEnd('.')}", "give it to the user that mox runs as");
        }
    }
}
