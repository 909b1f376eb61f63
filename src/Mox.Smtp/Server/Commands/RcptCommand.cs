using System.Text;

namespace Mox.Smtp.Server.Commands;

/// <summary>RCPT (RFC 5321 section 4.1.1.3): adds a recipient.</summary>
internal static class RcptCommand
{
    public static SmtpCommand Definition { get; } =
        SmtpCommand.Create("RCPT", SmtpPhases.Mail | SmtpPhases.Recipients, Parse, ExecuteAsync);

    public static ForwardPath Parse(ref SmtpScanner input)
    {
        input.Space();
        input.Literal("TO:"u8);
        if (!input.IsPedantic)
        {
            input.TrySpace();
        }
        var path = input.ForwardPath();
        while (input.TryParameter(out var keyword, out _, out _))
        {
            throw new SmtpReplyException(555, 5, 3, 3, $"unknown parameter {Encoding.ASCII.GetString(keyword)}");
        }
        return path;
    }

    private static ValueTask<SmtpReply> ExecuteAsync(SmtpSession session, ForwardPath recipient, CancellationToken ct)
    {
        var transaction = session.Transaction!;
        if (transaction.Recipients.Count >= session.Options.MaxRecipients)
        {
            return new(new SmtpReply(452, 4, 5, 3, $"too many recipients, at most {session.Options.MaxRecipients}"));
        }
        if (transaction.Envelope.From.IsNull && transaction.Recipients.Count > 0)
        {
            return new(new SmtpReply(452, 4, 5, 3, "a null reverse-path takes one recipient"));
        }
        if (session.Options.Pedantic && !transaction.Envelope.SmtpUtf8 && !recipient.LocalPart.IsAscii)
        {
            return new(new SmtpReply(553, 5, 6, 7, "this address needs SMTPUTF8"));
        }
        return recipient.Host is { Literal: not null }
            ? new(new SmtpReply(550, 5, 1, 1, "no mail for address literals here"))
            : session.AddRecipientAsync(new RecipientRequest(recipient), ct);
    }
}
