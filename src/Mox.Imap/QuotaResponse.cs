using Mox.Store;

namespace Mox.Imap;

/// <summary>QUOTA and QUOTAROOT responses (RFC 9208 section 4.2). An account with a limit has one quota root, "", for all its mailboxes.</summary>
internal static class QuotaResponse
{
    // STORAGE is counted in units of 1024 octets (RFC 9208 section 5.1).
    private const long Unit = 1024;

    /// <summary>Whether the account has the quota root.</summary>
    public static bool HasRoot(Account account) => account.QuotaBytes is not null || account.QuotaMessages is not null;

    /// <summary>Writes what is used and the limits of the one root.</summary>
    public static void Write(ImapSession session)
    {
        var account = session.Account;
        var writer = session.Writer.Raw("* QUOTA \"\" ("u8);
        if (account.QuotaBytes is { } bytes)
        {
            // What is used is rounded up, and the limit down: a client does not expect to fit in what is not there.
            writer.Raw("STORAGE "u8).Number((account.SizeBytes + Unit - 1) / Unit).Space().Number(bytes / Unit);
        }
        if (account.QuotaMessages is { } messages)
        {
            writer.Raw(account.QuotaBytes is null ? "MESSAGE "u8 : " MESSAGE "u8).Number(account.MessageCount).Space().Number(messages);
        }
        writer.Byte((byte)')').Line();
    }
}
