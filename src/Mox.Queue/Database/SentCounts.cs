using Mox.Smtp;
using Mox.Store;

namespace Mox.Queue;

/// <summary>What accounts sent in the last 24 hours, and whom they wrote to before. Runs on the writer's thread.</summary>
/// <remarks>
/// Counted by the minute, so that an account has at most 1,440 rows however much it sends. Addresses are remembered for a year and a month; who
/// sends to one is known then, and not counted as new.
/// </remarks>
internal static class SentCounts
{
    private const long Minute = 60_000;
    private const long Day = 24 * 60 * Minute;

    // Renewed only when it is older, so that a chat does not write a row each time.
    private const long RenewAfter = 30 * Day;
    private const long KnownFor = 395 * Day;

    /// <summary>Counts a message, if the account may send it.</summary>
    /// <exception cref="SendingLimitException">It may not: nothing is counted.</exception>
    public static void Take(QueueWriteContext context, string account, SendingLimits limits, IReadOnlyList<RecipientRequest> recipients)
    {
        long now = UnixTime.Of(context.Now);
        (long sent, long first) = Sum(context.Database, account, now);
        if (limits.MaxRecipientsPerDay >= 0 && sent + recipients.Count > limits.MaxRecipientsPerDay)
        {
            throw new SendingLimitException("MaxOutgoingMessagesPerDay", limits.MaxRecipientsPerDay);
        }

        int firstNow = recipients.Select(r => Key(r.Path)).Distinct(StringComparer.Ordinal).Count(address => Note(context.Database, account, address, now));
        if (limits.MaxFirstTimeRecipientsPerDay >= 0 && firstNow > 0 && first + firstNow > limits.MaxFirstTimeRecipientsPerDay)
        {
            throw new SendingLimitException("MaxFirstTimeRecipientsPerDay", limits.MaxFirstTimeRecipientsPerDay);
        }

        context.Database.Prepare(
            """
            INSERT INTO SentCounts (Account, Minute, Recipients, FirstTime) VALUES (?, ?, ?, ?)
            ON CONFLICT (Account, Minute) DO UPDATE SET Recipients = Recipients + excluded.Recipients, FirstTime = FirstTime + excluded.FirstTime
            """).Bind(account).Bind(now / Minute).Bind(recipients.Count).Bind(firstNow).Run();
    }

    /// <summary>Forgets what is too old to count.</summary>
    public static void Prune(QueueWriteContext context)
    {
        long now = UnixTime.Of(context.Now);
        context.Database.Prepare("DELETE FROM SentCounts WHERE Minute <= ?").Bind((now - Day) / Minute).Run();
        context.Database.Prepare("DELETE FROM KnownRecipients WHERE LastAt < ?").Bind(now - KnownFor).Run();
    }

    private static (long Sent, long First) Sum(Database database, string account, long now)
    {
        Statement sum = database.Prepare("SELECT coalesce(sum(Recipients), 0), coalesce(sum(FirstTime), 0) FROM SentCounts WHERE Account = ? AND Minute > ?")
            .Bind(account).Bind((now - Day) / Minute);
        sum.Step();
        (long, long) found = (sum.Int64(0), sum.Int64(1));
        sum.Reset();
        return found;
    }

    // True when it is new.
    private static bool Note(Database database, string account, string address, long now)
    {
        database.Prepare("INSERT OR IGNORE INTO KnownRecipients (Account, Address, LastAt) VALUES (?, ?, ?)").Bind(account).Bind(address).Bind(now).Run();
        if (database.Changes > 0)
        {
            return true;
        }

        database.Prepare("UPDATE KnownRecipients SET LastAt = ? WHERE Account = ? AND Address = ? AND LastAt < ?")
            .Bind(now).Bind(account).Bind(address).Bind(now - RenewAfter).Run();
        return false;
    }

    // Case is not told apart: the rule of the recipient's domain is not known.
    private static string Key(ForwardPath path) => $"{path.LocalPart.Fold()}@{(path.Host is { } host ? RecipientPath.DomainOf(host) : "")}";
}
