using System.Net;
using Mox.Addresses;
using Mox.Smtp;
using Mox.Smtp.Server;
using Mox.Store;

namespace Mox.Queue;

/// <summary>Hands mail for our own domains to <see cref="IInboundMail"/>, in the process: the same checks apply as to mail from outside.</summary>
public sealed class LocalTransport(IInboundMail inbound, Domain hostname, Func<(string Cid, string ReceivedId)> newId, TimeProvider time) : ITransport
{
    // What goes round is stopped as in SMTP (RFC 5321 section 6.3).
    private const int MaxReceived = 100;

    private const int ChunkBytes = 64 * 1024;

    /// <inheritdoc/>
    public string Name => TransportTable.Local;

    /// <inheritdoc/>
    public int? MaxConcurrency => 20;

    /// <inheritdoc/>
    public async ValueTask<TransportResult> DeliverAsync(TransportJob job, CancellationToken ct)
    {
        if (job.ReceivedCount > MaxReceived)
        {
            return TransportResult.All(job, RecipientOutcome.Failed(true, new EnhancedStatus(5, 4, 6), $"mail loop: more than {MaxReceived} Received fields"));
        }

        try
        {
            var envelope = new Envelope(job.From, job.SizeBytes, job.Body, job.NeedsSmtpUtf8);
            await using IMailTransaction transaction = await inbound.BeginAsync(Peer(), envelope, ct);
            return await DeliverAsync(job, transaction, ct);
        }
        catch (SmtpReplyException e)
        {
            return TransportResult.All(job, Outcome(e.Reply));
        }
        catch (StoreException e)
        {
            // The store has said what is wrong.
            return TransportResult.All(job, RecipientOutcome.Failed(false, new EnhancedStatus(4, 3, 0), e.Message));
        }
    }

    private async ValueTask<TransportResult> DeliverAsync(TransportJob job, IMailTransaction transaction, CancellationToken ct)
    {
        var outcomes = new RecipientOutcome?[job.Recipients.Count];
        var accepted = new List<int>();
        for (int i = 0; i < outcomes.Length; i++)
        {
            SmtpReply reply = await AddAsync(transaction, job.Recipients[i], ct);
            if (reply.IsPositive)
            {
                accepted.Add(i);
            }
            else
            {
                outcomes[i] = Outcome(reply);
            }
        }

        if (accepted.Count > 0)
        {
            Write(job, transaction);
            // From here on it is delivered, whatever becomes of us.
            InboundResult result = await transaction.DeliverAsync(
                new ContentFacts(job.SizeBytes, job.ReceivedCount, job.Body != MailBody.SevenBit, job.NeedsSmtpUtf8, time.GetUtcNow())
                {
                    MessageId = job.MessageIdHeader,
                },
                ct);
            foreach (int i in accepted)
            {
                ForwardPath path = job.Recipients[i].Path;
                outcomes[i] = Outcome(result.Recipients.FirstOrDefault(r => r.Recipient == path)?.Reply ?? result.Reply);
            }
        }

        return new TransportResult(outcomes!);
    }

    private static async ValueTask<SmtpReply> AddAsync(IMailTransaction transaction, RecipientRequest recipient, CancellationToken ct)
    {
        try
        {
            return await transaction.AddRecipientAsync(recipient, ct);
        }
        catch (SmtpReplyException e)
        {
            return e.Reply;
        }
    }

    private static void Write(TransportJob job, IMailTransaction transaction)
    {
        using MessageContent content = job.OpenContent();
        byte[] buffer = System.Buffers.ArrayPool<byte>.Shared.Rent((int)Math.Min(ChunkBytes, Math.Max(1, content.SizeBytes)));
        try
        {
            long at = 0;
            for (int count; (count = content.Read(at, buffer)) > 0; at += count)
            {
                transaction.Write(buffer.AsSpan(0, count));
            }
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private RecipientOutcome Outcome(SmtpReply reply) => RecipientOutcome.Of(reply, OutcomeKind.Delivered, hostname.Ascii);

    private SmtpPeer Peer()
    {
        (string cid, string receivedId) = newId();
        return new SmtpPeer
        {
            Cid = cid,
            ReceivedId = receivedId,
            RemoteIp = IPAddress.Loopback,
            LocalIp = IPAddress.Loopback,
            Hostname = hostname.Ascii,
            Hello = new SmtpHost(hostname),
            IsExtended = true,
            IsOwnQueue = true,
        };
    }
}
