using System.Text;

namespace Mox.Imap;

/// <summary>A framed command after parsing: what will do it, or why it is refused.</summary>
internal sealed record ImapRequest
{
    // Tags longer than this are not echoed.
    private const int MaxTagBytes = 200;

    public required string Tag { get; init; }

    /// <summary>What does it; null when it is refused.</summary>
    public ImapExecute? Execute { get; init; }

    public ImapCommand? Command { get; init; }

    /// <summary>It is not a command at all: no tag, no name we know, or against the grammar.</summary>
    public bool IsUnintelligible { get; init; }

    /// <summary>No EXPUNGE may be told before its end.</summary>
    public bool KeepsSequenceNumbers { get; init; }

    /// <summary>BAD, or NO for what is too big.</summary>
    public string Status { get; init; } = "BAD";

    public string? Code { get; init; }

    public string Text { get; init; } = "";

    /// <summary>Parses a frame.</summary>
    public static ImapRequest Read(ImapFrame frame, ReadOnlySpan<byte> bytes, ImapSession session)
    {
        string tag = "*";
        try
        {
            var input = new ImapScanner(bytes, session.Utf8Enabled, session.UidOnly);
            var tagBytes = input.Tag();
            tag = tagBytes.Length <= MaxTagBytes
                ? Encoding.ASCII.GetString(tagBytes) : throw new ImapSyntaxException("the tag is too long", 0);
            if (frame.Kind == ImapFrameKind.LiteralTooBig)
            {
                return new() { Tag = tag, Status = "NO", Code = ResponseCodes.TooBig, Text = "a literal is too big" };
            }
            if (frame.Kind == ImapFrameKind.LineTooLong)
            {
                throw new ImapSyntaxException("the line is too long");
            }
            return Parse(tag, ref input, session);
        }
        catch (ImapSyntaxException exception)
        {
            return new() { Tag = tag, Code = exception.Code, Text = exception.ReplyText, IsUnintelligible = true };
        }
    }

    /// <summary>Whether the literal that this part of a command announces is one that is streamed: not the mailbox name before it.</summary>
    public static bool IsStreamed(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var input = new ImapScanner(bytes);
            input.Tag();
            input.Space();
            var (command, _) = Name(ref input);
            for (int i = command?.StreamedAfterArguments ?? int.MaxValue; i > 0; i--)
            {
                input.Space();
                // Throws when this argument is the literal, or when there are no more.
                if (!input.TryByte((byte)'*'))
                {
                    input.AstringBytes();
                }
            }
            return true;
        }
        catch (ImapSyntaxException)
        {
            return false;
        }
    }

    private static ImapRequest Parse(string tag, ref ImapScanner input, ImapSession session)
    {
        input.Space();
        var (command, uid) = Name(ref input);
        if (command is null)
        {
            session.Trace(input.All, credentials: false);
            return new() { Tag = tag, Text = "unknown command", IsUnintelligible = true };
        }
        session.Trace(input.All, command.HasCredentials);
        if ((command.States & session.State) == 0)
        {
            return new() { Tag = tag, Command = command, Text = NotNow(command, session) };
        }
        if (session.UidOnly && command.UsesSequenceNumbers && !uid)
        {
            // UIDONLY (RFC 9586 section 3.4)
            return new() { Tag = tag, Command = command, Code = ResponseCodes.UidRequired, Text = "there are no sequence numbers now" };
        }
        var execute = command.Prepare(ref input, uid);
        return new()
        {
            Tag = tag,
            Command = command,
            Execute = execute,
            KeepsSequenceNumbers = command.KeepsSequenceNumbers && !uid,
        };
    }

    private static (ImapCommand? Command, bool Uid) Name(ref ImapScanner input)
    {
        string name = input.Word();
        bool uid = name == "UID";
        if (uid)
        {
            input.Space();
            name = input.Word();
        }
        var command = ImapCommands.ByName.GetValueOrDefault(name);
        return uid && command is { HasUidForm: false } ? (null, uid) : (command, uid);
    }

    private static string NotNow(ImapCommand command, ImapSession session) => session.State switch
    {
        ImapStates.NotAuthenticated => "log in first",
        _ when command.States == ImapStates.NotAuthenticated => "already logged in",
        _ => "select a mailbox first",
    };
}
