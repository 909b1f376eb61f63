using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging;
using Mox.Addresses;
using Mox.Mime;
using Mox.Smtp;
using Mox.Store;

namespace Mox.Queue;

/// <summary>Takes what users send: checks who they say they are, counts, adds what is missing, signs, and queues it. One way for every way to send.</summary>
/// <remarks>Thread-safe. Refusals are replies that name the rule or the setting; a queue that cannot be used is 451, a full disk 452.</remarks>
public sealed partial class Submitter(MailQueue queue, SenderRules senders, MailSigner signer, ILogger<Submitter> logger)
{
    /// <summary>Checks a reverse-path; null when the account may use it. The null path is judged with the content.</summary>
    public SmtpReply? CheckReversePath(string account, ReversePath from)
    {
        ArgumentNullException.ThrowIfNull(from);
        if (from.IsNull)
        {
            return null;
        }

        return from.Address is { } address ? CheckSender(account, address, "the reverse-path") : Refusals.NotOwned("the reverse-path", from.ToString());
    }

    /// <summary>Queues a message, or says why not. The reply is final for all recipients.</summary>
    public async Task<SubmitResult> SubmitAsync(OutgoingMail mail, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(mail);
        using Activity? activity = QueueMetrics.Activities.StartActivity("queue.submit");
        SubmitResult result = await TrySubmitAsync(mail, cancellationToken);
        activity?.SetTag("mox.queue.id", result.MessageId);
        if (result.MessageId is { } id)
        {
            LogSubmitted(logger, id, mail.Account, mail.From, mail.Recipients.Count, mail.Content.SizeBytes);
        }
        else
        {
            queue.Metrics.Refused(result.Reply);
            LogRefused(logger, mail.Account, mail.From, mail.Recipients.Count, result.Reply);
        }

        return result;
    }

    private async Task<SubmitResult> TrySubmitAsync(OutgoingMail mail, CancellationToken cancellationToken)
    {
        if (CheckReversePath(mail.Account, mail.From) is { } notOwned)
        {
            return new SubmitResult(notOwned, null);
        }

        SubmittedHeader header = SubmittedHeader.Read(mail.Content);
        if ((header.Problem ?? CheckAuthors(mail, header)) is { } problem)
        {
            return new SubmitResult(problem, null);
        }

        try
        {
            long id = await queue.AddAsync(await MessageAsync(mail, header, cancellationToken), cancellationToken);
            return new SubmitResult(new SmtpReply(250, 2, 0, 0, $"queued as {id}"), id);
        }
        catch (SendingLimitException e)
        {
            return new SubmitResult(Refusals.OverLimit(e), null);
        }
        catch (SigningException)
        {
            // The signer has said what is wrong, once.
            return new SubmitResult(Refusals.Unsigned, null);
        }
        catch (StoreFullException)
        {
            return new SubmitResult(Refusals.Full, null);
        }
        catch (StoreException e)
        {
            // The queue has said what is wrong, once.
            LogNotQueued(logger, e);
            return new SubmitResult(Refusals.Unavailable, null);
        }
    }

    private async Task<NewQueuedMessage> MessageAsync(OutgoingMail mail, SubmittedHeader header, CancellationToken cancellationToken)
    {
        var prefix = new StringBuilder(mail.Received);
        string messageId = header.MessageId ?? $"<{MessageComposer.NewMessageId(queue.Options.Hostname)}>";
        if (header.MessageId is null)
        {
            prefix.Append("Message-Id: ").Append(messageId).Append("\r\n");
        }

        if (!header.HasDate)
        {
            prefix.Append("Date: ").Append(MailDate.Format(queue.Time.GetUtcNow())).Append("\r\n");
        }

        string signatures = await signer.SignAsync(
            header.From.Domain, mail.Content, Encoding.UTF8.GetBytes(prefix.ToString()), mail.ReleaseAt, cancellationToken);
        return new NewQueuedMessage
        {
            Account = mail.Account,
            From = mail.From,
            SenderDomain = mail.From.Address?.Domain ?? header.From.Domain,
            Content = mail.Content,
            Prefix = Encoding.UTF8.GetBytes(signatures + prefix),
            Recipients = [.. mail.Recipients.Select(WithDomain).DistinctBy(r => r.Path)],
            Dsn = mail.Dsn,
            ReleaseAt = mail.ReleaseAt,
            NeedsSmtpUtf8 = header.Has8Bit || mail.From.Mailbox is { LocalPart.IsAscii: false } || mail.Recipients.Any(r => !r.Path.LocalPart.IsAscii),
            ReceivedCount = header.ReceivedCount + (mail.Received.Length > 0 ? 1 : 0),
            MessageIdHeader = messageId,
            Subject = header.Subject,
            Limits = senders.Limits(mail.Account),
        };
    }

    // <Postmaster> is ours (RFC 5321 section 4.1.1.3).
    private RecipientRequest WithDomain(RecipientRequest recipient) =>
        recipient.Path.Host is null ? recipient with { Path = recipient.Path with { Host = new SmtpHost(queue.Options.Hostname) } } : recipient;

    private SmtpReply? CheckAuthors(OutgoingMail mail, SubmittedHeader header)
    {
        if (mail.From.IsNull && !header.IsReport)
        {
            return Refusals.NullPath;
        }

        return CheckSender(mail.Account, header.From, "the From field")
            ?? header.OtherAuthors.Select(other => CheckSender(mail.Account, other.Address, $"the {other.Field} field")).FirstOrDefault(reply => reply is not null);
    }

    private SmtpReply? CheckSender(string account, Address address, string where) => senders.Check(account, address) switch
    {
        SenderVerdict.Allowed => null,
        SenderVerdict.Disabled => Refusals.Disabled(address.Domain),
        _ => Refusals.NotOwned(where, address.ToString()),
    };

    [LoggerMessage(Level = LogLevel.Information, Message = "submitted id={Id} account={Account} from={From} recipients={Recipients} size={Size}")]
    private static partial void LogSubmitted(ILogger logger, long id, string account, ReversePath from, int recipients, long size);

    [LoggerMessage(Level = LogLevel.Information, Message = "not submitted account={Account} from={From} recipients={Recipients} reply={Reply}")]
    private static partial void LogRefused(ILogger logger, string account, ReversePath from, int recipients, SmtpReply reply);

    [LoggerMessage(Level = LogLevel.Debug, Message = "queue: a message could not be queued")]
    private static partial void LogNotQueued(ILogger logger, Exception exception);
}
