namespace Mox.Smtp;

/// <summary>Ends a command with a reply: what the client asked breaks the grammar or cannot be.</summary>
/// <remarks>For the peer's mistakes only; our own faults are other exceptions, which the session answers with 451 4.3.0 and logs once.</remarks>
public sealed class SmtpReplyException : Exception
{
    /// <summary>Ends the command with <paramref name="reply"/>.</summary>
    public SmtpReplyException(SmtpReply reply) : base(reply?.ToString()) => Reply = reply!;

    /// <summary>Ends the command with a reply of these parts.</summary>
    public SmtpReplyException(int code, byte statusClass, ushort subject, ushort detail, string text)
        : this(new SmtpReply(code, statusClass, subject, detail, text))
    {
    }

    /// <summary>What is sent.</summary>
    public SmtpReply Reply { get; }

    /// <summary>501 5.5.2: the command cannot be understood. The text says what was expected and where.</summary>
    public static SmtpReplyException Syntax(string text, int offset) =>
        new(501, 5, 5, 2, offset < 0 ? text : $"{text} at position {offset}");

    /// <summary>501 5.5.4: a parameter is wrong.</summary>
    public static SmtpReplyException Parameter(string text) => new(501, 5, 5, 4, text);
}
