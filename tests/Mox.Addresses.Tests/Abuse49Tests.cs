using System.Text;

namespace Mox.Addresses.Tests;

/// <summary>Abuse case 49: confusables, bidi, normalisation and case folding of addresses.</summary>
public class Abuse49Tests
{
    [Theory]
    [InlineData("\u212Aate", "kate")] // Kelvin sign
    [InlineData("\uFF4Bate", "kate")] // full-width k
    [InlineData("KATE", "kate")]
    [InlineData("\u017Fam", "sam")] // long s
    [InlineData("\uFB01x", "fix")] // ligature
    [InlineData("e\u0301", "\u00C9")]
    [InlineData("\u03C3\u03C2", "\u03A3\u03A3")] // final sigma
    public void Abuse49_ConfusableLocalParts_ShareAKey(string one, string other) =>
        Assert.Equal(LocalPart.Parse(one).ConfusableKey(), LocalPart.Parse(other).ConfusableKey());

    [Fact]
    public void Abuse49_DotlessI_StaysItself() =>
        Assert.NotEqual(LocalPart.Parse("\u0131nfo").ConfusableKey(), LocalPart.Parse("other").ConfusableKey());

    [Theory]
    [InlineData("adm\u202Ein@example.com")]
    [InlineData("admin@ex\u202Eample.com")]
    [InlineData("admin@\u2066example.com")]
    public void Abuse49_DirectionOverride_IsRefused(string text) => Assert.False(Address.TryParse(text, out _));

    [Fact]
    public void Abuse49_Canonical_IsStable()
    {
        for (var code = 0x20; code < 0x1_1000; code += code < 0x2_FFF ? 1 : 3)
        {
            if (!Rune.IsValid(code) || !LocalPart.TryFromValue("a" + new Rune(code) + "\u0301z", out var localPart, out _))
            {
                continue;
            }
            Assert.Equal(localPart, LocalPart.Parse(localPart.ToString()));
            Assert.Equal(localPart.Fold(), localPart.Fold().Fold());
            Assert.True(localPart.Fold().Value.IsNormalized());
            Assert.True(LocalPart.TryFromValue(localPart.ConfusableKey(), out var key, out _));
            Assert.Equal(key.Value, key.ConfusableKey());
            Assert.Equal(localPart.ConfusableKey(), localPart.Fold().ConfusableKey());
        }
    }

    [Fact]
    public void Abuse49_QuotedAndPlain_AreTheSameAddress() =>
        Assert.Equal(Address.Parse("\"mox\"@example.com"), Address.Parse("mox@EXAMPLE.COM"));

    [Fact]
    public void Abuse49_Domains_CompareByMappedForm()
    {
        Assert.Equal(Domain.Parse("\u212Aelvin.example"), Domain.Parse("kelvin.example"));
        Assert.NotEqual(Domain.Parse("\u0131.example"), Domain.Parse("i.example"));
        Assert.NotEqual(Domain.Parse("p\u0430ypal.example"), Domain.Parse("paypal.example"));
    }
}
