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

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
