namespace Mox.Imap;

/// <summary>The client broke the grammar: answered with a tagged BAD that says what was expected, and where.</summary>
internal sealed class ImapSyntaxException(string message, int offset = -1) : Exception(message)
{
    /// <summary>Where in the command, in bytes from its start; -1 when it is about the command as a whole.</summary>
    public int Offset { get; } = offset;

    /// <summary>A response code without its brackets, or null.</summary>
    public string? Code { get; init; }

    /// <summary>What the client reads after BAD.</summary>
    public string ReplyText => Offset < 0 ? Message : $"{Message} (at byte {Offset})";
}
