namespace Mox.Store;

/// <summary>A row of the table Erases.</summary>
internal sealed class EraseRow
{
    public long ContentId { get; set; }

    public bool IsRowGone { get; set; }
}
