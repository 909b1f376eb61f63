namespace Mox.Store;

/// <summary>A row of the table Credentials.</summary>
internal sealed class CredentialRow
{
    public string Mechanism { get; set; } = "";

    public byte[] Salt { get; set; } = [];

    public long Iterations { get; set; }

    public byte[] StoredKey { get; set; } = [];

    public byte[] ServerKey { get; set; } = [];

    public long ChangedAt { get; set; }
}
