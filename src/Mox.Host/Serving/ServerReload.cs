using Mox.Config;
using Mox.Host.Service;

namespace Mox.Host.Serving;

/// <summary>Takes everything that can change while the server runs: domains.json and certificates.</summary>
internal sealed class ServerReload(LiveConfig live, CertificateReloader certificates, TimeProvider time, ServiceManager? service = null)
{
    /// <summary>What could not be taken, a line each; what ran before goes on in its place.</summary>
    public async Task<IReadOnlyList<string>> RunAsync(CancellationToken ct)
    {
        // Time stamps are of the clock that systemd means, since boot.
        service?.Reloading(time.GetElapsedTime(0));
        try
        {
            return [.. (await live.ReloadAsync(ct)).Select(problem => problem.ToString()), .. await certificates.ReloadAsync(ct)];
        }
        finally
        {
            service?.Ready();
        }
    }
}
