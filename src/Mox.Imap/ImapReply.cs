namespace Mox.Imap;

/// <summary>The tagged end of a command that was done: OK with a response code, or none.</summary>
internal readonly record struct ImapReply(string Text, string? Code = null, bool IsNo = false)
{
    /// <summary>Messages left the mailbox: with QRESYNC the end tells HIGHESTMODSEQ (RFC 7162 section 3.2.7).</summary>
    public bool Expunged { get; init; }

    public static ImapReply Ok(string text, string? code = null) => new(text, code);

    /// <summary>Done in part, or with nothing to do it to.</summary>
    public static ImapReply No(string text, string? code = null) => new(text, code, IsNo: true);
}
