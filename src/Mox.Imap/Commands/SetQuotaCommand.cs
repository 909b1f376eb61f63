namespace Mox.Imap.Commands;

/// <summary>SETQUOTA (RFC 9208 section 4.1.3), for which QUOTASET would have to be announced: limits are the operator's to set.</summary>
internal static class SetQuotaCommand
{
    public static ImapCommand Definition { get; } = ImapCommand.Create<bool>("SETQUOTA", ImapStates.LoggedIn, Parse,
        static (_, _, _) => throw new ImapNoException(ResponseCodes.NoPerm, "quotas are set by the operator of this server"));

    // The request is read by the grammar, and forgotten.
    public static bool Parse(ref ImapScanner input)
    {
        input.Space();
        input.Astring();
        input.Space();
        input.Byte((byte)'(');
        for (bool first = true; !input.TryByte((byte)')'); first = false)
        {
            if (!first)
            {
                input.Space();
            }
            input.Atom();
            input.Space();
            input.Number64();
        }
        return true;
    }
}
