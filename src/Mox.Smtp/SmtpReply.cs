namespace Mox.Smtp;

/// <summary>A reply to one SMTP command (RFC 5321 section 4.2): a code, an enhanced status where one belongs, and text.</summary>
/// <remarks>Immutable; constant replies are kept in static fields. How it looks on the wire is the business of the writer.</remarks>
/// <param name="Code">The three digits.</param>
/// <param name="Status">Absent for the greeting, HELO, EHLO and 3xx (RFC 2034 section 4).</param>
/// <param name="Text">One line, or several separated by line feeds. Control characters are made harmless when it is written.</param>
public sealed record SmtpReply(int Code, EnhancedStatus? Status, string Text)
{
    /// <summary>A reply with an enhanced status.</summary>
    public SmtpReply(int code, byte statusClass, ushort subject, ushort detail, string text)
        : this(code, new EnhancedStatus(statusClass, subject, detail), text)
    {
    }

    /// <summary>The connection is closed after this reply.</summary>
    public bool Closes { get; init; }

    /// <summary>2xx or 3xx.</summary>
    public bool IsPositive => Code < 400;

    /// <summary>4xx: the client may try again later.</summary>
    public bool IsTemporary => Code is >= 400 and < 500;

    /// <summary>5xx: trying again will not help.</summary>
    public bool IsPermanent => Code >= 500;

    /// <inheritdoc/>
    public override string ToString() => Status is { } status ? $"{Code} {status} {Text}" : $"{Code} {Text}";
}
