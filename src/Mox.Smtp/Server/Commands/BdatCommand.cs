namespace Mox.Smtp.Server.Commands;

/// <summary>BDAT (RFC 3030 section 2): takes one chunk of content, as counted bytes, and delivers after the last.</summary>
/// <remarks>The chunk follows at once, so it is consumed whether it is wanted or not; where it cannot be, the connection closes.</remarks>
internal static class BdatCommand
{
    public static SmtpCommand Definition { get; } = SmtpCommand.Create("BDAT", SmtpPhases.Any, Parse, ExecuteAsync);

    public static BdatRequest Parse(ref SmtpScanner input)
    {
        try
        {
            input.Space();
            long size = input.Number(long.MaxValue);
            bool isLast = input.TrySpace() && input.TryLiteral("LAST"u8);
            input.End();
            return new BdatRequest(size, isLast);
        }
        catch (SmtpReplyException e)
        {
            // How much follows is not known, so the place in the stream is lost.
            throw new SmtpReplyException(e.Reply with { Closes = true });
        }
    }

    private static async ValueTask<SmtpReply> ExecuteAsync(SmtpSession session, BdatRequest request, CancellationToken ct)
    {
        if (session.Phase is not (SmtpPhases.Recipients or SmtpPhases.Chunks))
        {
            bool isSkipped = await session.Content.SkipAsync(request.SizeBytes);
            return session.OutOfSequence(BdatCommand.Definition) with { Closes = !isSkipped };
        }
        var transaction = session.Transaction!;
        session.Phase = SmtpPhases.Chunks;
        transaction.Chunks++;
        if (transaction.Chunks > session.Options.MaxChunks)
        {
            await session.ResetAsync();
            return new SmtpReply(552, 5, 3, 4, $"too many chunks, at most {session.Options.MaxChunks}") { Closes = true };
        }
        if (request.SizeBytes > session.Options.MaxMessageBytes - transaction.Sink.SizeBytes)
        {
            bool isSkipped = await session.Content.SkipAsync(request.SizeBytes);
            await session.ResetAsync();
            return session.TooLarge with { Closes = !isSkipped };
        }
        await session.Content.ReadChunkAsync(transaction, request.SizeBytes);
        if (transaction.Sink.Failure is not null || request.IsLast)
        {
            return await session.FinishAsync(transaction, ct);
        }
        session.CountAsProgress();
        return new SmtpReply(250, 2, 0, 0, $"{request.SizeBytes} bytes taken");
    }
}
