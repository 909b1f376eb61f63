namespace Mox.Store;

/// <summary>A row of the table TlsPublicKeys of server.db.</summary>
internal sealed class TlsPublicKeyRow
{
    public string Fingerprint { get; set; } = "";

    public string Name { get; set; } = "";

    public string Type { get; set; } = "";

    public string Account { get; set; } = "";

    public string LoginAddress { get; set; } = "";

    public bool ImapPreauth { get; set; }

    public long CreatedAt { get; set; }
}
