using System.Collections.Frozen;
using System.Net;

namespace Mox.Net.Tls;

/// <summary>The certificates of this server by name; replaced as a whole, while handshakes run.</summary>
/// <remarks>Certificates that were replaced are left to the finalizer: a handshake or a session may still use them.</remarks>
public sealed class ServerCertificates
{
    private volatile Snapshot _current;

    /// <summary>Begins with these; the first is the default, for clients that name no server.</summary>
    public ServerCertificates(params IReadOnlyList<ServerCertificate> certificates) => _current = new Snapshot(certificates);

    /// <summary>The certificate for clients that name no server.</summary>
    public ServerCertificate Default => _current.Default;

    /// <summary>All certificates, the default first.</summary>
    public IReadOnlyList<ServerCertificate> All => _current.All;

    /// <summary>Loads from files; the first is the default.</summary>
    public static async ValueTask<ServerCertificates> LoadAsync(IEnumerable<CertificateFiles> files, CancellationToken cancellationToken) =>
        new(await LoadAllAsync(files, cancellationToken));

    /// <summary>Loads from files and replaces all at once; when any of them is bad, nothing changes and the exception says why.</summary>
    public async ValueTask ReloadAsync(IEnumerable<CertificateFiles> files, CancellationToken cancellationToken) =>
        Replace(await LoadAllAsync(files, cancellationToken));

    /// <summary>Replaces all at once; the first is the default.</summary>
    public void Replace(IReadOnlyList<ServerCertificate> certificates) => _current = new Snapshot(certificates);

    /// <summary>The certificate for a name (exact, then a wildcard for the first label); the default without a name; else null.</summary>
    /// <remarks>An address is no name (RFC 6066 section 3), but mbsync and others send one: it chooses the default, as if it were not there.</remarks>
    public ServerCertificate? Find(string? serverName)
    {
        var current = _current;
        if (string.IsNullOrEmpty(serverName) || IPAddress.TryParse(serverName, out _))
        {
            return current.Default;
        }

        var name = CertificateNames.Normal(serverName);
        if (current.ByName.TryGetValue(name, out var exact))
        {
            return exact;
        }

        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 ? current.ByName.GetValueOrDefault("*" + name[dot..]) : null;
    }

    private static async ValueTask<IReadOnlyList<ServerCertificate>> LoadAllAsync(
        IEnumerable<CertificateFiles> files, CancellationToken cancellationToken)
    {
        var loaded = new List<ServerCertificate>();
        foreach (var file in files)
        {
            loaded.Add(await file.LoadAsync(cancellationToken));
        }

        return loaded;
    }

    private sealed class Snapshot
    {
        public Snapshot(IReadOnlyList<ServerCertificate> all)
        {
            ArgumentOutOfRangeException.ThrowIfZero(all.Count);
            All = [.. all];
            var byName = new Dictionary<string, ServerCertificate>();
            foreach (var certificate in all)
            {
                foreach (var name in certificate.Names)
                {
                    byName.TryAdd(name, certificate);
                }
            }

            ByName = byName.ToFrozenDictionary();
        }

        public IReadOnlyList<ServerCertificate> All { get; }

        public ServerCertificate Default => All[0];

        public FrozenDictionary<string, ServerCertificate> ByName { get; }
    }
}
