using Microsoft.Extensions.Logging;
using Mox.Smtp;
using Mox.Smtp.Server;

namespace Mox.Delivery;

/// <summary>Delivers mail from outside to accounts: who gets it, may they have it, and one answer when it is on stable storage.</summary>
/// <remarks>One for the process; thread-safe.</remarks>
public sealed class InboundMail : IInboundMail
{
    private readonly InboundContext _context;

    /// <summary>Delivers into the accounts of the services.</summary>
    public InboundMail(DeliveryServices services, DeliveryOptions options, ILogger<InboundMail> logger)
        : this(new AccountMailStore(services.Accounts), services.Recipients, services.Metrics, services.Time, options, logger)
    {
    }

    internal InboundMail(
        IMailStore store, IRecipients recipients, DeliveryMetrics metrics, TimeProvider time, DeliveryOptions options, ILogger logger)
    {
        var rates = new DeliveryRateLimiter(options, time);
        _context = new InboundContext(store, recipients, metrics, time, options, rates, new RecentDeliveries(time), logger);
    }

    /// <inheritdoc/>
    public ValueTask<IMailTransaction> BeginAsync(SmtpPeer peer, Envelope envelope, CancellationToken ct) =>
        new(new InboundTransaction(_context, peer, envelope));
}

/// <summary>What all transactions share.</summary>
internal sealed record InboundContext(
    IMailStore Store,
    IRecipients Recipients,
    DeliveryMetrics Metrics,
    TimeProvider Time,
    DeliveryOptions Options,
    DeliveryRateLimiter Rates,
    RecentDeliveries Recent,
    ILogger Logger);
