namespace Mox.Store;

/// <summary>A row of the table Subscriptions.</summary>
internal sealed class SubscriptionRow
{
    public string Name { get; set; } = "";
}
