namespace Mox.Smtp.Client;

/// <summary>What a message to be sent says in MAIL.</summary>
/// <param name="From">Where failures are reported.</param>
/// <param name="SizeBytes">The size of the content, for SIZE (RFC 1870).</param>
/// <param name="Body">What the content is: 7-bit, 8-bit, or binary, which only servers with BINARYMIME get.</param>
/// <param name="SmtpUtf8">The content needs SMTPUTF8 (RFC 6531): its header is not ASCII. Addresses are looked at by the client.</param>
public sealed record OutgoingEnvelope(ReversePath From, long SizeBytes, MailBody Body = MailBody.SevenBit, bool SmtpUtf8 = false)
{
    /// <summary>RET and ENVID, sent to a server with DSN; null: none.</summary>
    public DsnRequest? Dsn { get; init; }

    /// <summary>The message goes only to servers with REQUIRETLS, over TLS (RFC 8689 section 2). Default false.</summary>
    public bool RequireTls { get; init; }
}
