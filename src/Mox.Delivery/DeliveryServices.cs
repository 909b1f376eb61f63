using Mox.Dns;
using Mox.EmailAuth;
using Mox.Store;

namespace Mox.Delivery;

/// <summary>What delivery works with.</summary>
public sealed record DeliveryServices
{
    /// <summary>The accounts.</summary>
    public required AccountStore Accounts { get; init; }

    /// <summary>Who gets what.</summary>
    public required IRecipients Recipients { get; init; }

    /// <summary>Whom names are asked of, for the checks of senders.</summary>
    public required IDnsResolver Dns { get; init; }

    /// <summary>Counters of those checks.</summary>
    public required EmailAuthMetrics AuthMetrics { get; init; }

    /// <summary>Counters.</summary>
    public required DeliveryMetrics Metrics { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }
}
