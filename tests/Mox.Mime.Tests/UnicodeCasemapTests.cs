using System.Buffers;
using System.Text;

namespace Mox.Mime.Tests;

public class UnicodeCasemapTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("Hello, World 123", "HELLO, WORLD 123")]
    // The example of RFC 5051 section 2: titlecase, then decomposed all the way.
    [InlineData("\u01C4", "D\u007A\u030C")]
    [InlineData("\u01C6", "D\u007A\u030C")]
    [InlineData("\u01F3", "Dz")]
    [InlineData("caf\u00E9", "CAFE\u0301")]
    [InlineData("cafe\u0301", "CAFE\u0301")]
    [InlineData("\u044F\u042F", "\u042F\u042F")]
    [InlineData("\uFF21\uFF42", "AB")]
    [InlineData("\u10D0", "\u10D0")]
    [InlineData("\u0131\u017F", "IS")]
    [InlineData("\uD83D\uDE00", "\uD83D\uDE00")]
    [InlineData("\uD801\uDC28", "\uD801\uDC00")]
    [InlineData("\uFFFEx", "\uFFFEX")]
    [InlineData("a\0b", "A\0B")]
    public void Fold_GivesTitlecaseDecomposed(string text, string folded) => Assert.Equal(folded, UnicodeCasemap.Fold(text));

    [Fact]
    public void Fold_HalfAPair_BecomesTheReplacement()
    {
        Assert.Equal("A\uFFFDB", UnicodeCasemap.Fold(new string(['a', '\uD83D', 'b'])));
        Assert.Equal("\uFFFD", UnicodeCasemap.Fold(new string(['\uDE00'])));
        Assert.Equal("A\uFFFD", UnicodeCasemap.Fold(new string(['a', '\uD83D'])));
    }

    [Fact]
    public void Fold_InPieces_IsTheSame()
    {
        const string text = "Gr\u00FC\u00DFe aus K\u00F6ln, \u30AB\u30BF\u30AB\u30CA \uFB01 \uD83D\uDE00 \uD55C\uAE00";
        string whole = UnicodeCasemap.Fold(text);
        for (int at = 0; at <= text.Length; at++)
        {
            if (at > 0 && char.IsHighSurrogate(text[at - 1]))
            {
                continue;
            }
            var output = new ArrayBufferWriter<char>();
            UnicodeCasemap.Fold(text.AsSpan(0, at), output);
            UnicodeCasemap.Fold(text.AsSpan(at), output);
            Assert.Equal(whole, output.WrittenSpan.ToString());
        }
    }

    [Fact]
    public void Fold_EveryCharacter_FoldsToItselfAgain()
    {
        for (int value = 0; value <= 0x1FFFF; value++)
        {
            if (Rune.TryCreate(value, out var rune))
            {
                // Case of what a decomposition brought is kept at first, so the second time may still change it; the third changes nothing.
                string twice = UnicodeCasemap.Fold(UnicodeCasemap.Fold(rune.ToString()));
                Assert.Equal(twice, UnicodeCasemap.Fold(twice));
            }
        }
    }
}
