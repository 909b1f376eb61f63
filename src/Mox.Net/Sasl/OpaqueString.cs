using System.Globalization;
using System.Text;

namespace Mox.Net.Sasl;

/// <summary>
/// Prepares a password so that the same one typed on two keyboards is the same bytes: the PRECIS profile OpaqueString
/// (RFC 8265 section 4.2).
/// </summary>
public static class OpaqueString
{
    /// <summary>The longest password, in bytes of UTF-8; more only costs time.</summary>
    public const int MaxBytes = 1_024;

    /// <summary>
    /// Prepares a password: other spaces become U+0020, then NFC; case and width stay. False for an empty one, one over
    /// <see cref="MaxBytes"/>, and for control, unassigned, surrogate and private code points (RFC 8264 section 4.3).
    /// </summary>
    public static bool TryPrepare(string password, out string prepared)
    {
        prepared = "";
        if (password.Length is 0 or > MaxBytes)
        {
            return false;
        }

        var text = new StringBuilder(password.Length);
        var rest = password.AsSpan();
        while (!rest.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(rest, out var rune, out var used) != System.Buffers.OperationStatus.Done || !IsFree(rune))
            {
                return false;
            }

            text.Append(Rune.GetUnicodeCategory(rune) == UnicodeCategory.SpaceSeparator ? new Rune(' ') : rune);
            rest = rest[used..];
        }

        var normal = text.ToString().Normalize(NormalizationForm.FormC);
        if (Encoding.UTF8.GetByteCount(normal) > MaxBytes)
        {
            return false;
        }

        prepared = normal;
        return true;
    }

    /// <summary>FreeformClass: everything but controls, ignorables, old Hangul letters and what is not assigned.</summary>
    private static bool IsFree(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => false,
        // ZERO WIDTH JOINER and NON-JOINER need context rules that no password can be held to; they are taken.
        UnicodeCategory.Format => rune.Value is 0x200C or 0x200D,
        _ => !IsOldHangul(rune.Value) && !IsIgnorable(rune.Value),
    };

    private static bool IsOldHangul(int value) => value is (>= 0x1100 and <= 0x11FF) or (>= 0xA960 and <= 0xA97C) or (>= 0xD7B0 and <= 0xD7FB);

    /// <summary>Default ignorable code points that are not of category Format.</summary>
    private static bool IsIgnorable(int value) =>
        value is 0x034F or 0x115F or 0x1160 or 0x3164 or 0xFFA0 or (>= 0x17B4 and <= 0x17B5) or (>= 0x180B and <= 0x180F) or (>= 0xFE00 and <= 0xFE0F)
            or (>= 0xE0100 and <= 0xE01EF);
}
