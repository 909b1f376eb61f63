namespace Mox.Dns;

/// <summary>A type of DNS records (RFC 1035 section 3.2.2).</summary>
public abstract class DnsRecordType
{
    private protected DnsRecordType(string name, int code)
    {
        Name = name;
        Code = code;
    }

    /// <summary>As in zone files: "A", "AAAA".</summary>
    public string Name { get; }

    /// <summary>Its number in messages.</summary>
    public int Code { get; }

    /// <summary>Asks for records of this type, and gives them as they are written in zone files.</summary>
    public abstract ValueTask<DnsAnswer<string>> LookupAsync(IDnsResolver resolver, DnsName name, CancellationToken ct);

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
