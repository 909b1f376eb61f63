namespace Mox.Store;

/// <summary>The keywords of a mailbox: all that its messages ever had.</summary>
internal static class MailboxKeywords
{
    /// <summary>Most keywords of a mailbox: they are all in each FLAGS response.</summary>
    public const int MaxCount = 1000;

    /// <summary>The same object when nothing is new.</summary>
    public static KeywordSet Union(KeywordSet mailbox, KeywordSet message)
    {
        foreach (string keyword in message)
        {
            if (!mailbox.Contains(keyword))
            {
                return mailbox.Count + message.Count > MaxCount && mailbox.Concat(message).Distinct().Count() > MaxCount
                    ? throw new InvalidChangeException($"A mailbox has at most {MaxCount} keywords.")
                    : KeywordSet.Merge(mailbox.Concat(message), MaxCount);
            }
        }

        return mailbox;
    }
}
