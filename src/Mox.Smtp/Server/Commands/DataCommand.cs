namespace Mox.Smtp.Server.Commands;

/// <summary>DATA (RFC 5321 section 4.1.1.4): takes the content up to the lone dot and delivers.</summary>
internal static class DataCommand
{
    private static readonly SmtpReply GoAhead = new(354, null, "send the message, end with a dot on a line by itself");

    public static SmtpCommand Definition { get; } = SmtpCommand.Create("DATA", SmtpPhases.Recipients, Parse, ExecuteAsync);

    public static None Parse(ref SmtpScanner input)
    {
        input.End();
        return default;
    }

    private static async ValueTask<SmtpReply> ExecuteAsync(SmtpSession session, None request, CancellationToken ct)
    {
        if (session.Transaction!.Envelope.Body == MailBody.BinaryMime)
        {
            return new SmtpReply(503, 5, 5, 1, "BINARYMIME comes by BDAT");
        }
        await session.ContinueAsync(GoAhead);
        var transaction = session.Transaction!;
        await session.Content.ReadDataAsync(transaction);
        return await session.FinishAsync(transaction, ct);
    }
}
