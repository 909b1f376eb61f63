namespace Mox.Smtp;

/// <summary>What MAIL FROM said: the sender and the promises about the message.</summary>
/// <param name="From">Where failures are reported.</param>
/// <param name="SizeBytes">The announced size (RFC 1870), or null.</param>
/// <param name="Body">The announced kind of content.</param>
/// <param name="SmtpUtf8">SMTPUTF8 was given (RFC 6531 section 3.4).</param>
public sealed record Envelope(ReversePath From, long? SizeBytes, MailBody Body, bool SmtpUtf8)
{
    /// <summary>RET and ENVID (RFC 3461 section 4); null when neither was given.</summary>
    public DsnRequest? Dsn { get; init; }

    /// <summary>HOLDFOR or HOLDUNTIL as an instant, UTC: the message must not leave before (RFC 4865 section 4); null when neither was given. Submission only.</summary>
    public DateTimeOffset? Release { get; init; }
}
