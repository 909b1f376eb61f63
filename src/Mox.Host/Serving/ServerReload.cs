using Mox.Config;

namespace Mox.Host.Serving;

/// <summary>Takes everything that can change while the server runs: domains.json and certificates.</summary>
internal sealed class ServerReload(LiveConfig live, CertificateReloader certificates)
{
    /// <summary>What could not be taken, a line each; what ran before goes on in its place.</summary>
    public async Task<IReadOnlyList<string>> RunAsync(CancellationToken ct) =>
        [.. (await live.ReloadAsync(ct)).Select(problem => problem.ToString()), .. await certificates.ReloadAsync(ct)];
}
