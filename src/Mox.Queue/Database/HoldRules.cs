using Mox.Addresses;
using Mox.Store;

namespace Mox.Queue;

/// <summary>The hold rules' rows.</summary>
internal static class HoldRules
{
    /// <summary>Most rules; they are looked at for every message.</summary>
    public const int Max = 1000;

    public static IReadOnlyList<HoldRule> Read(Database database)
    {
        var rules = new List<HoldRule>();
        Statement row = database.Prepare("SELECT Id, Account, SenderDomain, RecipientDomain FROM HoldRules ORDER BY Id");
        while (row.Step())
        {
            rules.Add(new HoldRule(row.Int64(0), row.NullableText(1), ReadDomain(row.NullableText(2)), ReadDomain(row.NullableText(3))));
        }

        return rules;
    }

    public static bool Fit(IReadOnlyList<HoldRule> rules, string account, string senderDomain, string recipientDomain) => rules.Any(rule =>
        (rule.Account is null || rule.Account == account)
        && (rule.SenderDomain is not { } sender || sender.Ascii == senderDomain)
        && (rule.RecipientDomain is not { } recipient || recipient.Ascii == recipientDomain));

    /// <summary>Adds a rule, and holds what fits it now.</summary>
    public static HoldRule Add(QueueWriteContext context, HoldRule rule)
    {
        if (context.Database.ReadInt64("SELECT count(*) FROM HoldRules") >= Max)
        {
            throw new InvalidChangeException($"There are {Max} hold rules, which is the most.");
        }

        context.Database.Prepare("INSERT INTO HoldRules (Account, SenderDomain, RecipientDomain) VALUES (?, ?, ?)")
            .Bind(rule.Account).Bind(rule.SenderDomain?.Ascii).Bind(rule.RecipientDomain?.Ascii).Run();
        context.Database.Prepare(
            """
            UPDATE Recipients SET State = 3, NextAttemptAt = ?1 WHERE State = 0 AND (?4 IS NULL OR Domain = ?4)
                AND MessageId IN (SELECT Id FROM Messages WHERE (?2 IS NULL OR Account = ?2) AND (?3 IS NULL OR SenderDomain = ?3))
            """).Bind(UnixTime.Never).Bind(rule.Account).Bind(rule.SenderDomain?.Ascii).Bind(rule.RecipientDomain?.Ascii).Run();
        return rule with { Id = context.Database.ReadInt64("SELECT last_insert_rowid()") };
    }

    private static Domain? ReadDomain(string? text) => text is not null && Domain.TryParseLax(text, out Domain domain) ? domain : null;
}
