using Mox.Store;

namespace Mox.Imap.Commands;

/// <summary>fetch-modifiers (RFC 4466 section 2.5).</summary>
/// <param name="ChangedSince">Only messages that changed after it (RFC 7162 section 3.1.4.1).</param>
/// <param name="Vanished">UIDs of the set that left since then come first (RFC 7162 section 3.2.6).</param>
internal sealed record FetchModifiers(ModSeq? ChangedSince, bool Vanished)
{
    public static FetchModifiers None { get; } = new(null, false);

    /// <summary><c>(CHANGEDSINCE 12345 VANISHED)</c>.</summary>
    public static FetchModifiers Parse(ref ImapScanner input, bool uid)
    {
        var modifiers = None;
        input.Byte((byte)'(');
        do
        {
            if (input.TryWord("CHANGEDSINCE"u8))
            {
                input.Space();
                modifiers = modifiers with { ChangedSince = new ModSeq(input.Number64()) };
            }
            else if (uid && input.TryWord("VANISHED"u8))
            {
                modifiers = modifiers with { Vanished = true };
            }
            else
            {
                throw input.Expected(uid ? "CHANGEDSINCE or VANISHED" : "CHANGEDSINCE");
            }
        }
        while (input.TrySpace());
        if (modifiers is { Vanished: true, ChangedSince: null })
        {
            throw input.Expected("CHANGEDSINCE with VANISHED");
        }
        input.Byte((byte)')');
        return modifiers;
    }
}
