namespace Mox.Smtp.Server.Commands;

/// <summary>RCPT (RFC 5321 section 4.1.1.3), with NOTIFY and ORCPT: adds a recipient.</summary>
internal static class RcptCommand
{
    public static SmtpCommand Definition { get; } =
        SmtpCommand.Create("RCPT", SmtpPhases.Mail | SmtpPhases.Recipients, Parse, ExecuteAsync);

    public static RecipientRequest Parse(ref SmtpScanner input)
    {
        input.Space();
        input.Literal("TO:"u8);
        if (!input.IsPedantic)
        {
            input.TrySpace();
        }
        var path = input.ForwardPath();
        var parameters = new RcptParameters();
        while (input.TryParameter(out var keyword, out var value, out _))
        {
            parameters.Take(keyword, value);
        }
        return parameters.Recipient(path);
    }

    private static ValueTask<SmtpReply> ExecuteAsync(SmtpSession session, RecipientRequest recipient, CancellationToken ct)
    {
        var (transaction, options) = (session.Transaction!, session.Options);
        if (!session.IsExtended && recipient is not { Notify: null, OriginalRecipient: null })
        {
            return new(new SmtpReply(555, 5, 5, 4, "parameters need EHLO"));
        }
        if (transaction.Recipients.Count >= options.MaxRecipients)
        {
            return new(new SmtpReply(452, 4, 5, 3, $"too many recipients, at most {options.MaxRecipients}"));
        }
        if (transaction.Envelope.From.IsNull && transaction.Recipients.Count > 0)
        {
            return new(new SmtpReply(452, 4, 5, 3, "a null reverse-path takes one recipient"));
        }
        if (options.Pedantic && !transaction.Envelope.SmtpUtf8 && !recipient.Path.LocalPart.IsAscii)
        {
            return new(new SmtpReply(553, 5, 6, 7, "this address needs SMTPUTF8"));
        }
        // Our users may write to whomever they like.
        return options.Kind == SmtpServiceKind.Deliver && recipient.Path.Host is { Literal: not null }
            ? new(new SmtpReply(550, 5, 1, 1, "no mail for address literals here"))
            : session.AddRecipientAsync(recipient, ct);
    }
}
