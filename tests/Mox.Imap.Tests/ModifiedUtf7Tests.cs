namespace Mox.Imap.Tests;

public class ModifiedUtf7Tests
{
    [Theory]
    [InlineData("Inbox", "Inbox")]
    [InlineData("a&b", "a&-b")]
    [InlineData("&", "&-")]
    [InlineData("Entwürfe", "Entw&APw-rfe")]
    [InlineData("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-")]
    [InlineData("☺!", "&Jjo-!")]
    [InlineData("😀", "&2D3eAA-")]
    [InlineData("\t", "&AAk-")]
    [InlineData("", "")]
    public void Encode_AndDecode_RoundTrip(string name, string wire)
    {
        Assert.Equal(wire, ModifiedUtf7.Encode(name));
        Assert.True(ModifiedUtf7.TryDecode(wire, out string decoded));
        Assert.Equal(name, decoded);
    }

    [Theory]
    [InlineData("&")]
    [InlineData("a&Jjo")]
    [InlineData("&Jjo!-")]
    [InlineData("&AGE-")]
    [InlineData("&2D0-")]
    [InlineData("&3gDYPQ-")]
    [InlineData("&A-")]
    [InlineData("&APx-")]
    [InlineData("&Jj/-")]
    [InlineData("&APw=-")]
    [InlineData("ü")]
    public void TryDecode_BadText_IsFalse(string wire) => Assert.False(ModifiedUtf7.TryDecode(wire, out _));

    [Fact]
    public void Encode_RandomNames_RoundTrip()
    {
        var random = new Random(7);
        for (int i = 0; i < 5000; i++)
        {
            var runes = Enumerable.Range(0, random.Next(12)).Select(_ => Rune(random));
            string name = string.Concat(runes.Select(r => r.ToString()));
            Assert.True(ModifiedUtf7.TryDecode(ModifiedUtf7.Encode(name), out string decoded));
            Assert.Equal(name, decoded);
        }
    }

    [Fact]
    public void AbuseCase15_RandomModifiedUtf7_IsDecodedOrRefused()
    {
        var random = new Random(8);
        for (int i = 0; i < 20000; i++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(10)).Select(_ => "&-AJjo,/+=x\u00fc"[random.Next(12)]));
            if (ModifiedUtf7.TryDecode(text, out string name))
            {
                Assert.True(ModifiedUtf7.TryDecode(ModifiedUtf7.Encode(name), out string again));
                Assert.Equal(name, again);
            }
        }
    }

    private static System.Text.Rune Rune(Random random)
    {
        while (true)
        {
            int value = random.Next(4) switch { 0 => random.Next(0x80), 1 => '&', 2 => random.Next(0x3000), _ => random.Next(0x11000) };
            if (System.Text.Rune.TryCreate(value, out var rune))
            {
                return rune;
            }
        }
    }
}
