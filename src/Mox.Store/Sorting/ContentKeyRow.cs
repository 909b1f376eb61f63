namespace Mox.Store;

/// <summary>A row of the table ContentKeys.</summary>
internal sealed class ContentKeyRow
{
    public long ContentId { get; set; }

    public long? SentAt { get; set; }

    public byte[] ThreadKeys { get; set; } = [];

    public string FromKey { get; set; } = "";

    public string ToKey { get; set; } = "";

    public string CcKey { get; set; } = "";

    public string DisplayFromKey { get; set; } = "";

    public string DisplayToKey { get; set; } = "";

    public string SubjectKey { get; set; } = "";
}

/// <summary>A row of the table PendingKeys.</summary>
internal sealed class PendingKeyRow
{
    public long ContentId { get; set; }
}
