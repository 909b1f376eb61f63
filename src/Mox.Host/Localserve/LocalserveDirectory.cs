using System.Net;
using System.Text;
using Mox.Config;
using Mox.Net.Tls;

namespace Mox.Host.Localserve;

/// <summary>The directory of <c>mox localserve</c>: configuration and certificate are made once and kept.</summary>
internal sealed class LocalserveDirectory(string path, TimeProvider time)
{
    /// <summary>Where it is, in full.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary><c>$XDG_DATA_HOME/mox-localserve</c>, or what the platform has instead.</summary>
    /// <exception cref="UserErrorException">There is no such place: no home directory.</exception>
    public static string Default
    {
        get
        {
            string data = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
            return data.Length > 0
                ? System.IO.Path.Combine(data, "mox-localserve")
                : throw new UserErrorException("there is no home directory to keep mail in: name a directory with --dir DIR");
        }
    }

    /// <summary>Makes what is missing, and reads the configuration; the files may change while it runs.</summary>
    /// <exception cref="UserErrorException">The directory cannot be made or written.</exception>
    /// <exception cref="ConfigException">The files in it are not right.</exception>
    public LiveConfig Prepare(IPAddress? address, int? portOffset, Func<MoxConfig, MoxConfig>? adjust = null)
    {
        string directory = LocalserveConfig.ConfigDirectory(Path);
        try
        {
            PrivateFiles.CreateDirectory(Path);
            PrivateFiles.CreateDirectory(directory);
            string statics = LocalserveConfig.StaticJson(address, portOffset ?? LocalserveConfig.DefaultPortOffset);
            WriteOnce(System.IO.Path.Combine(directory, ConfigLoader.DomainsFileName), () => LocalserveConfig.DomainsJson);
            WriteOnce(System.IO.Path.Combine(directory, LocalserveConfig.CertificateFileName), Certificate);
            WriteOnce(System.IO.Path.Combine(directory, ConfigLoader.StaticFileName), () => statics);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"cannot write in {Path}: {e.Message.TrimEnd('.')}: correct it, or name another directory with --dir DIR", e);
        }

        return ConfigDirectory.Open(directory, time, config =>
        {
            config = LocalserveConfig.Move(config, address, portOffset);
            return adjust?.Invoke(config) ?? config;
        });
    }

    private static void WriteOnce(string file, Func<string> content)
    {
        if (!File.Exists(file))
        {
            PrivateFiles.Write(file, Encoding.UTF8.GetBytes(content()));
        }
    }

    private string Certificate()
    {
        using var certificate = SelfSigned.Create(time, ["localhost"], [IPAddress.Loopback, IPAddress.IPv6Loopback]);
        return SelfSigned.ToPem(certificate);
    }
}
