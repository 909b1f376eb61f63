namespace Mox.Imap.Commands;

/// <summary>COMPRESS=DEFLATE (RFC 4978 section 3).</summary>
internal static class CompressCommand
{
    public static ImapCommand Definition { get; } = ImapCommand.Create("COMPRESS", ImapStates.LoggedIn, Parse, ExecuteAsync);

    public static bool Parse(ref ImapScanner input)
    {
        input.Space();
        return input.TryWord("DEFLATE"u8) ? true : throw input.Expected("DEFLATE");
    }

    private static ValueTask<ImapReply> ExecuteAsync(ImapSession session, bool deflate, CancellationToken cancellationToken)
    {
        if (session.IsCompressed)
        {
            throw new ImapNoException(ResponseCodes.CompressionActive, "compression is on already");
        }
        // A client must wait for the answer (RFC 4978 section 3): what came with the command was sent by one that cannot know how this ends.
        // After BAD both know: nothing is compressed, and what came is commands as before.
        if (session.Reader.HasBufferedInput())
        {
            throw new ImapSyntaxException("nothing may follow COMPRESS before its answer");
        }
        session.CompressAfterReply();
        return ValueTask.FromResult(ImapReply.Ok("compressed from here on"));
    }
}
