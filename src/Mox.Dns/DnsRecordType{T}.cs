using System.Diagnostics.CodeAnalysis;
using Mox.Dns.Wire;

namespace Mox.Dns;

/// <summary>A type of DNS records, with what its data is for us. Those that there are stand in <see cref="DnsRecordTypes"/>.</summary>
public sealed class DnsRecordType<T> : DnsRecordType
{
    private readonly RdataParser<T> _parser;

    internal DnsRecordType(string name, int code, RdataParser<T> parser)
        : base(name, code) => _parser = parser;

    internal bool TryRead(RdataReader rdata, [MaybeNullWhen(false)] out T value) => _parser(ref rdata, out value) && rdata.IsAtEnd;
}
