using Mox.Dns;
using Mox.EmailAuth;
using Mox.EmailAuth.Arc;
using Mox.EmailAuth.Dkim;
using Mox.EmailAuth.Dmarc;
using Mox.EmailAuth.PublicSuffix;
using Mox.EmailAuth.Spf;

namespace Mox.Delivery.Senders;

/// <summary>The checks of who sent a message, for all transactions.</summary>
internal sealed class SenderChecks
{
    public SenderChecks(IDnsResolver dns, EmailAuthMetrics metrics, DeliveryMetrics delivery, TimeProvider time, Func<int>? draw = null)
    {
        (Time, Metrics) = (time, delivery);
        Policies = new DmarcLookup(dns, PublicSuffixList.Default);
        ReturnAddress = new ReturnAddress(dns);
        Spf = new SpfVerifier(dns, time, metrics);
        IpRev = new IpRev(dns, time, metrics);
        Dkim = new DkimVerifier(dns, time, metrics);
        Arc = new ArcVerifier(dns, time, metrics);
        Dmarc = new DmarcVerifier(Policies, dns, time, metrics, draw ?? (() => Random.Shared.Next(100)));
    }

    public TimeProvider Time { get; }

    public DeliveryMetrics Metrics { get; }

    public ReturnAddress ReturnAddress { get; }

    public SpfVerifier Spf { get; }

    public IpRev IpRev { get; }

    public DkimVerifier Dkim { get; }

    public ArcVerifier Arc { get; }

    public DmarcVerifier Dmarc { get; }

    public DmarcLookup Policies { get; }
}
