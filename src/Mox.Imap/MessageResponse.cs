using Mox.Store;

namespace Mox.Imap;

/// <summary>
/// How a response about one message begins: <c>* 3 FETCH (</c>, or with UIDONLY <c>* 17 UIDFETCH (</c> (RFC 9586 section 3.3). Nobody
/// else writes that.
/// </summary>
internal static class MessageResponse
{
    /// <summary>Up to the parenthesis; the caller writes the items, and ends with <see cref="End"/>.</summary>
    /// <param name="session">Whose client is told.</param>
    /// <param name="index">Position in what the client was told of the mailbox; not looked at with UIDONLY.</param>
    /// <param name="uid">The message.</param>
    public static ImapWriter Begin(ImapSession session, int index, Uid uid) => session.UidOnly
        ? session.Writer.Raw("* "u8).Number(uid.Value).Raw(" UIDFETCH ("u8)
        : session.Writer.Raw("* "u8).Number(index + 1).Raw(" FETCH ("u8);

    /// <summary>
    /// As <see cref="Begin"/>, with the UID among the items when the beginning does not tell it: every unsolicited response has it. Another item must
    /// follow.
    /// </summary>
    public static ImapWriter BeginWithUid(ImapSession session, int index, Uid uid)
    {
        var writer = Begin(session, index, uid);
        return session.UidOnly ? writer : writer.Raw("UID "u8).Number(uid.Value).Space();
    }

    public static void End(ImapSession session) => session.Writer.Byte((byte)')').Line();
}
