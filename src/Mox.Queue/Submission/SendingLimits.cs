namespace Mox.Queue;

/// <summary>What an account may send in 24 hours. Negative numbers are no limit.</summary>
/// <param name="MaxRecipientsPerDay">Recipients of all messages: <c>MaxOutgoingMessagesPerDay</c>.</param>
/// <param name="MaxFirstTimeRecipientsPerDay">Recipients that it never wrote to before: <c>MaxFirstTimeRecipientsPerDay</c>.</param>
public sealed record SendingLimits(int MaxRecipientsPerDay, int MaxFirstTimeRecipientsPerDay);

/// <summary>The message would take its account over a limit: 451 4.7.1. Nothing of it was queued.</summary>
public sealed class SendingLimitException(string setting, int limit)
    : Store.StoreException($"Over the limit {setting} of {limit}.")
{
    /// <summary>The name of the setting.</summary>
    public string Setting { get; } = setting;

    /// <summary>What it is set to.</summary>
    public int Limit { get; } = limit;
}
