using System.Diagnostics.CodeAnalysis;
using Mox.Dns.Wire;

namespace Mox.Dns;

/// <summary>A type of DNS records, with what its data is for us. Those that there are stand in <see cref="DnsRecordTypes"/>.</summary>
public sealed class DnsRecordType<T> : DnsRecordType
{
    private readonly RdataParser<T> _parser;

    internal DnsRecordType(string name, int code, RdataParser<T> parser)
        : base(name, code) => _parser = parser;

    /// <inheritdoc/>
    public override async ValueTask<DnsAnswer<string>> LookupAsync(IDnsResolver resolver, DnsName name, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(resolver);
        var answer = await resolver.QueryAsync(name, this, ct);
        return new DnsAnswer<string>
        {
            Status = answer.Status,
            Records = [.. answer.Records.Select(record => $"{record}")],
            IsAuthentic = answer.IsAuthentic,
            ExtendedError = answer.ExtendedError,
            CanonicalName = answer.CanonicalName,
            Ttl = answer.Ttl,
            Explanation = answer.Explanation,
        };
    }

    internal bool TryRead(RdataReader rdata, [MaybeNullWhen(false)] out T value) => _parser(ref rdata, out value) && rdata.IsAtEnd;
}
