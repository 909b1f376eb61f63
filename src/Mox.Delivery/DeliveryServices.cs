using Mox.Store;

namespace Mox.Delivery;

/// <summary>What delivery works with.</summary>
public sealed record DeliveryServices
{
    /// <summary>The accounts.</summary>
    public required AccountStore Accounts { get; init; }

    /// <summary>Who gets what.</summary>
    public required IRecipients Recipients { get; init; }

    /// <summary>Counters.</summary>
    public required DeliveryMetrics Metrics { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }
}
