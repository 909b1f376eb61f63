namespace Mox.Store;

/// <summary>A row of the table Contents: a message file.</summary>
internal sealed class ContentRow
{
    public long Id { get; set; }

    public long SizeBytes { get; set; }

    public long ReceivedAt { get; set; }

    public long? SentAt { get; set; }

    public long ThreadId { get; set; }

    public long? ThreadParentId { get; set; }

    public bool IsThreadLinkMissing { get; set; }

    public bool IsDsn { get; set; }

    public long OriginMailboxId { get; set; }

    public string? MessageIdHeader { get; set; }

    public string SubjectBase { get; set; } = "";

    public string Subject { get; set; } = "";

    public string FromHeader { get; set; } = "";

    public string ToHeader { get; set; } = "";

    public string CcHeader { get; set; } = "";

    public string BccHeader { get; set; } = "";

    public string Preview { get; set; } = "";

    public string? MailFrom { get; set; }

    public string? RcptTo { get; set; }

    public string? RemoteIp { get; set; }

    public string? EhloDomain { get; set; }

    public string? TlsProtocol { get; set; }

    public string? TlsCipherSuite { get; set; }

    public long? FirstThreadId { get; set; }

    public string? FromLocalPart { get; set; }

    public string? FromDomain { get; set; }

    public string? FromOrganization { get; set; }

    public long? FromProof { get; set; }

    public long? MailFromProof { get; set; }

    public long? EhloProof { get; set; }

    public string? SigningDomains { get; set; }
}
