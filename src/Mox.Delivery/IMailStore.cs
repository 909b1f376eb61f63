using Mox.Smtp.Server;
using Mox.Store;

namespace Mox.Delivery;

/// <summary>What delivery needs of the store.</summary>
internal interface IMailStore
{
    /// <summary>Throws when the account cannot take a message of this size now: <see cref="QuotaExceededException"/>, <see cref="AccountUnavailableException"/>, ...</summary>
    ValueTask CheckAsync(string account, long sizeBytes, CancellationToken ct);

    /// <summary>A place to write content to.</summary>
    IMailSpool CreateSpool();

    /// <summary>Keeps what DMARC said of a message for a report.</summary>
    void Record(DmarcEvaluation evaluation);
}

/// <summary>The content of one message, shared by all mailboxes that get it.</summary>
internal interface IMailSpool : IDisposable
{
    /// <summary>Adds bytes.</summary>
    void Write(ReadOnlySpan<byte> bytes);

    /// <summary>Ends the content.</summary>
    void Finish();

    /// <summary>The finished content, to be read; may be called again. Dispose of it before the spool.</summary>
    Stream OpenStream();

    /// <summary>Begins to bring the finished content to stable storage, which goes on while the caller waits for something else.</summary>
    void BeginFlush();

    /// <summary>Puts the finished content into a mailbox; both are on stable storage then. May run for several targets at once.</summary>
    Task DeliverAsync(MailTarget target, CancellationToken ct);
}

/// <summary>One mailbox that gets a message, and what its row says.</summary>
internal sealed record MailTarget(
    string Account,
    MailboxName Mailbox,
    ReadOnlyMemory<byte> Prefix,
    DateTimeOffset ReceivedAt,
    string MailFrom,
    string RcptTo,
    SmtpPeer Peer,
    SenderEvidence? Evidence);
