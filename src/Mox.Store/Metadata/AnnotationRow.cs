namespace Mox.Store;

/// <summary>A row of the table Annotations.</summary>
internal sealed class AnnotationRow
{
    /// <summary>0 for the server.</summary>
    public long MailboxId { get; set; }

    public string Entry { get; set; } = "";

    public byte[] Value { get; set; } = [];

    public long ModSeq { get; set; }
}
