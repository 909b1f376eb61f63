namespace Mox.Store;

/// <summary>A row of the table MissingReferences.</summary>
internal sealed class MissingReferenceRow
{
    public string MessageIdHeader { get; set; } = "";

    public long ContentId { get; set; }

    public long Distance { get; set; }
}
