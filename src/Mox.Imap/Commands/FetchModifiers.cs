using Mox.Imap.Search;
using Mox.Store;

namespace Mox.Imap.Commands;

/// <summary>fetch-modifiers (RFC 4466 section 2.5).</summary>
/// <param name="ChangedSince">Only messages that changed after it (RFC 7162 section 3.1.4.1).</param>
/// <param name="Vanished">UIDs of the set that left since then come first (RFC 7162 section 3.2.6).</param>
/// <param name="Partial">Only a window of what is left of the set (RFC 9394 section 3.3).</param>
internal sealed record FetchModifiers(ModSeq? ChangedSince, bool Vanished, PartialRange? Partial = null)
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
            else if (uid && modifiers.Partial is null && input.TryWord("PARTIAL"u8))
            {
                input.Space();
                modifiers = modifiers with { Partial = PartialRange.Parse(ref input) };
            }
            else
            {
                throw input.Expected(uid ? "CHANGEDSINCE, VANISHED or PARTIAL" : "CHANGEDSINCE");
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
