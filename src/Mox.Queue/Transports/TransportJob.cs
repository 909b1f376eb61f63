using Mox.Smtp;
using Mox.Store;

namespace Mox.Queue;

/// <summary>One attempt: a message for recipients at one destination, to be sent in one transaction.</summary>
public sealed class TransportJob
{
    private readonly Func<MessageContent> _open;

    /// <summary>Makes a job over content that is opened when it is asked for.</summary>
    public TransportJob(Func<MessageContent> open) => _open = open;

    /// <summary>The message.</summary>
    public required long MessageId { get; init; }

    /// <summary>Whose it is.</summary>
    public required string Account { get; init; }

    /// <summary>The reverse-path.</summary>
    public required ReversePath From { get; init; }

    /// <summary>Domain or address literal of all recipients.</summary>
    public required SmtpHost Destination { get; init; }

    /// <summary>The recipients, at least one.</summary>
    public required IReadOnlyList<RecipientRequest> Recipients { get; init; }

    /// <summary>RET and ENVID (RFC 3461 section 4).</summary>
    public DsnRequest? Dsn { get; init; }

    /// <summary>What the content is.</summary>
    public required MailBody Body { get; init; }

    /// <summary>Whether it can only go to a server with SMTPUTF8 (RFC 6531).</summary>
    public required bool NeedsSmtpUtf8 { get; init; }

    /// <summary>Bytes of the content.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>Received fields in it.</summary>
    public required int ReceivedCount { get; init; }

    /// <summary>Attempts before this one.</summary>
    public required int Attempts { get; init; }

    /// <summary>The Message-ID field, for logs.</summary>
    public string? MessageIdHeader { get; init; }

    /// <summary>Opens the content: prefix and file as one. Dispose it.</summary>
    /// <exception cref="StoreException">The file is missing.</exception>
    public MessageContent OpenContent() => _open();
}
