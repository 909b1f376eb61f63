using Microsoft.Extensions.Logging;
using Mox.Config;
using Mox.Delivery.Senders;
using Mox.Smtp;
using Mox.Smtp.Server;

namespace Mox.Delivery;

/// <summary>Delivers mail from outside to accounts: who gets it, may they have it, and one answer when it is on stable storage.</summary>
/// <remarks>One for the process; thread-safe.</remarks>
public sealed partial class InboundMail : IInboundMail
{
    private readonly InboundContext _context;

    /// <summary>Delivers into the accounts of the services.</summary>
    public InboundMail(DeliveryServices services, DeliveryOptions options, ILogger<InboundMail> logger)
        : this(
            new AccountMailStore(services.Accounts),
            new SenderChecks(services.Dns, services.AuthMetrics, services.Metrics, services.Time),
            services.Recipients,
            services.Metrics,
            services.Time,
            options,
            logger)
    {
    }

    internal InboundMail(
        IMailStore store,
        SenderChecks senders,
        IRecipients recipients,
        DeliveryMetrics metrics,
        TimeProvider time,
        DeliveryOptions options,
        ILogger logger)
    {
        var rates = new DeliveryRateLimiter(options, time);
        _context = new InboundContext(store, senders, recipients, metrics, time, options, rates, new RecentDeliveries(time), logger);
    }

    /// <inheritdoc/>
    public async ValueTask<IMailTransaction> BeginAsync(SmtpPeer peer, Envelope envelope, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(peer);
        ArgumentNullException.ThrowIfNull(envelope);
        if (!peer.IsOwnQueue && await ProblemAsync(peer, envelope, ct) is { } problem)
        {
            _context.Metrics.SenderRefused(problem.IsTemporary ? "unknown" : "unreachable");
            LogSenderRefused(_context.Logger, envelope.From, problem, peer.RemoteIp);
            throw new SmtpReplyException(problem);
        }

        return new InboundTransaction(_context, peer, envelope);
    }

    private async ValueTask<SmtpReply?> ProblemAsync(SmtpPeer peer, Envelope envelope, CancellationToken ct)
    {
        var sender = _context.Senders.ReturnAddress;
        // Only EHLO came with the advice not to mind the name (RFC 5321 section 4.1.4).
        if (!peer.IsExtended && peer.Hello.Domain is { } hello && await sender.HelloProblemAsync(hello, ct) is { } problem)
        {
            return problem;
        }

        // What is ours takes mail here, whatever DNS says.
        return envelope.From.Address is not { } from
            || _context.Recipients.Resolve(new ForwardPath(from.LocalPart, new SmtpHost(from.Domain))) is not Resolution.UnknownDomain
            ? null
            : await sender.ProblemAsync(from.Domain, ct);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "sender refused from={From} reply={Reply} remote={Remote}")]
    private static partial void LogSenderRefused(ILogger logger, ReversePath from, SmtpReply reply, System.Net.IPAddress remote);
}

/// <summary>What all transactions share.</summary>
internal sealed record InboundContext(
    IMailStore Store,
    SenderChecks Senders,
    IRecipients Recipients,
    DeliveryMetrics Metrics,
    TimeProvider Time,
    DeliveryOptions Options,
    DeliveryRateLimiter Rates,
    RecentDeliveries Recent,
    ILogger Logger);
