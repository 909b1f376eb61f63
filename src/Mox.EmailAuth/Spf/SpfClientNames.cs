using System.Net;
using Mox.Dns;

namespace Mox.EmailAuth.Spf;

/// <summary>
/// The names of the client that lead back to its address, asked for when they are needed first (RFC 7208 section 5.5).
/// </summary>
internal sealed class SpfClientNames(SpfQuestions questions, IPAddress client)
{
    private IReadOnlyList<DnsName>? _names;
    private SpfMatch? _error;

    /// <summary>The names; an error only where the whole check must end.</summary>
    public async ValueTask<(IReadOnlyList<DnsName> Names, SpfMatch? Error)> GetAsync(CancellationToken ct)
    {
        _names ??= await FindAsync(ct);
        return (_names, _error);
    }

    private async ValueTask<IReadOnlyList<DnsName>> FindAsync(CancellationToken ct)
    {
        List<DnsName> names = [];
        var (found, error) = await questions.AskForTermAsync(DnsName.Of(client), DnsRecordTypes.Ptr, ct);
        // An error means that there are no names; more than ten are not looked at.
        foreach (var name in error is null ? found.Take(SpfQuestions.MaxNames) : [])
        {
            var (addresses, failed) = await questions.AskAddressesAsync(name, client.GetAddressBytes().Length == 4, ct);
            if (failed?.Error == SpfResult.PermError)
            {
                _error = failed;
                return names;
            }

            if (addresses.Contains(client))
            {
                names.Add(name);
            }
        }

        _error = error?.Error == SpfResult.PermError ? error : null;
        return names;
    }
}
