using System.Collections.Immutable;
using System.Globalization;
using Mox.Config.Files;

namespace Mox.Config;

/// <summary>The files that the configuration names are there, and no other user can read the secret ones.</summary>
internal sealed class NamedFiles(MoxConfig config, ProblemList problems)
{
    public void Validate()
    {
        foreach (ListenerConfig listener in config.Listeners)
        {
            ImmutableArray<CertificateConfig> certificates = listener.Tls?.Certificates ?? [];
            for (int i = 0; i < certificates.Length; i++)
            {
                string path = string.Create(CultureInfo.InvariantCulture, $"Mox:Listeners:{listener.Name}:Tls:Certificates:{i}");
                Check($"{path}:CertificateFile", certificates[i].CertificateFile, isSecret: false);
                Check($"{path}:KeyFile", certificates[i].KeyFile, isSecret: true);
            }
        }

        foreach (TransportConfig transport in config.Transports.Values)
        {
            if (transport.Smarthost?.PasswordFile is { } file)
            {
                Check($"Mox:Transports:{transport.Name}:Smarthost:PasswordFile", file, isSecret: true);
            }
        }
    }

    private void Check(string path, string file, bool isSecret)
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
            else
            {
                using FileStream readable = File.OpenRead(file);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(path, $"{file} cannot be read: {e.Message.TrimEnd('.')}", "give it to the user that mox runs as");
        }
    }
}
