using System.Buffers;
using System.Text;

namespace Mox.Mime;

/// <summary>
/// i;unicode-casemap: texts whose folded forms are equal are the same without regard to case, and one holds another when its folded form
/// does (RFC 5051 section 2).
/// </summary>
/// <remarks>
/// Each character is folded alone, so a text may be folded piece by piece when no surrogate pair is split. Half a pair becomes U+FFFD.
/// </remarks>
public static class UnicodeCasemap
{
    private const int PageSize = 256;
    private const string Replacement = "\uFFFD";

    // What a character of the basic plane becomes; pages are filled when the first character of theirs is met.
    private static readonly string[]?[] Pages = new string[]?[char.MaxValue / PageSize + 1];

    /// <summary>The folded form of a text.</summary>
    public static string Fold(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var output = new ArrayBufferWriter<char>(Math.Max(16, text.Length));
        Fold(text, output);
        return output.WrittenSpan.ToString();
    }

    /// <summary>Writes the folded form of a text, or of a piece of one.</summary>
    public static void Fold(ReadOnlySpan<char> text, IBufferWriter<char> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        while (!text.IsEmpty)
        {
            int ascii = text.IndexOfAnyExceptInRange('\0', '\x7f');
            ascii = ascii < 0 ? text.Length : ascii;
            if (ascii > 0)
            {
                _ = Ascii.ToUpper(text[..ascii], output.GetSpan(ascii), out int written);
                output.Advance(written);
                text = text[ascii..];
                continue;
            }
            text = text[FoldOne(text, output)..];
        }
    }

    // The first character, which is not ASCII; how long it was.
    private static int FoldOne(ReadOnlySpan<char> text, IBufferWriter<char> output)
    {
        char first = text[0];
        if (!char.IsSurrogate(first))
        {
            output.Write(Page(first)[first % PageSize]);
            return 1;
        }
        if (Rune.DecodeFromUtf16(text, out var rune, out int used) != OperationStatus.Done)
        {
            output.Write(Replacement);
            return used;
        }
        output.Write(Fold(rune));
        return used;
    }

    private static string[] Page(char character)
    {
        int number = character / PageSize;
        return Volatile.Read(ref Pages[number]) ?? FillPage(number);
    }

    private static string[] FillPage(int number)
    {
        string[] page = new string[PageSize];
        for (int i = 0; i < PageSize; i++)
        {
            page[i] = Rune.TryCreate((char)(number * PageSize + i), out var rune) ? Fold(rune) : Replacement;
        }
        Volatile.Write(ref Pages[number], page);
        return page;
    }

    // Its titlecase, then that fully decomposed; what comes out of the decomposition keeps its case.
    private static string Fold(Rune rune)
    {
        string title = Titlecase(rune).ToString();
        // Of no character at all, such as U+FFFE, there is no normal form.
        return IsNoncharacter(rune.Value) ? title : title.Normalize(NormalizationForm.FormKD);
    }

    private static Rune Titlecase(Rune rune) => rune.Value switch
    {
        // The digraphs have a title case of their own.
        >= 0x1C4 and <= 0x1C6 => new Rune(0x1C5),
        >= 0x1C7 and <= 0x1C9 => new Rune(0x1C8),
        >= 0x1CA and <= 0x1CC => new Rune(0x1CB),
        >= 0x1F1 and <= 0x1F3 => new Rune(0x1F2),
        // Georgian has none.
        >= 0x10D0 and <= 0x10FF => rune,
        // Left out of .NET's mapping, since it would make them ASCII: dotless i, long s.
        0x131 => new Rune('I'),
        0x17F => new Rune('S'),
        _ => Rune.ToUpperInvariant(rune),
    };

    private static bool IsNoncharacter(int value) => (value & 0xFFFE) == 0xFFFE || value is >= 0xFDD0 and <= 0xFDEF;
}
