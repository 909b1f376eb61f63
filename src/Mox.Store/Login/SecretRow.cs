namespace Mox.Store;

/// <summary>A row of the table Secrets of server.db.</summary>
internal sealed class SecretRow
{
    public string Name { get; set; } = "";

    public byte[] Value { get; set; } = [];
}
