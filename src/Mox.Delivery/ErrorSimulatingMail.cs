using Mox.Smtp;
using Mox.Smtp.Server;

namespace Mox.Delivery;

/// <summary>Puts the errors that local parts ask for before another receiver: only in <c>mox localserve</c>, so no real part has a test mode.</summary>
public sealed class ErrorSimulatingMail(IInboundMail inner, TimeProvider time) : IInboundMail
{
    // So long is a server silent that does not answer.
    private static readonly TimeSpan Silence = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    public async ValueTask<IMailTransaction> BeginAsync(SmtpPeer peer, Envelope envelope, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        if (envelope.From.Mailbox is { } from && SimulatedError.Of(from.LocalPart) is { Command: SimulatedCommand.Mail } error)
        {
            throw new SmtpReplyException(await AnswerAsync(error, ct));
        }
        return new Transaction(this, await inner.BeginAsync(peer, envelope, ct));
    }

    private async ValueTask<SmtpReply> AnswerAsync(SimulatedError error, CancellationToken ct)
    {
        if (error.Reply is { } reply)
        {
            return reply;
        }
        await Task.Delay(Silence, time, ct);
        return new SmtpReply(451, 4, 4, 2, "simulated timeout");
    }

    private sealed class Transaction(ErrorSimulatingMail owner, IMailTransaction inner) : IMailTransaction
    {
        private readonly List<(ForwardPath Recipient, SimulatedError Error)> _simulated = [];
        private bool _hasOthers;

        public async ValueTask<SmtpReply> AddRecipientAsync(RecipientRequest request, CancellationToken ct)
        {
            var recipient = request.Path;
            var error = SimulatedError.Of(recipient.LocalPart);
            if (error is { Command: SimulatedCommand.Rcpt })
            {
                return await owner.AnswerAsync(error, ct);
            }
            if (error is { Command: SimulatedCommand.Data })
            {
                _simulated.Add((recipient, error));
                return Replies.RecipientAccepted;
            }
            var reply = await inner.AddRecipientAsync(request, ct);
            _hasOthers |= reply.IsPositive;
            return reply;
        }

        public void Write(ReadOnlySpan<byte> bytes)
        {
            if (_hasOthers)
            {
                inner.Write(bytes);
            }
        }

        public async ValueTask<InboundResult> DeliverAsync(ContentFacts content, CancellationToken ct)
        {
            var results = new List<RecipientResult>();
            var delay = TimeSpan.Zero;
            bool isHeldAgainstClient = false;
            if (_hasOthers)
            {
                var delivered = await inner.DeliverAsync(content, ct);
                results.AddRange(delivered.Recipients);
                delay = delivered.Delay;
                isHeldAgainstClient = !delivered.Reply.IsPositive && delivered.IsHeldAgainstClient;
            }
            foreach (var (recipient, error) in _simulated)
            {
                results.Add(new RecipientResult(recipient, await owner.AnswerAsync(error, ct)));
            }
            // Who asks for an error is not a bad client.
            return new InboundResult(ResultCombination.Combine(results), results)
            {
                Delay = delay,
                IsHeldAgainstClient = isHeldAgainstClient,
            };
        }

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
