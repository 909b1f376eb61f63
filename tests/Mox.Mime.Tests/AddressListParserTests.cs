using Mox.Addresses;

namespace Mox.Mime.Tests;

public class AddressListParserTests
{
    private static string Dump(string text, int max = 10_000) => string.Join(" | ", AddressListParser.Parse(text, max).Select(e => e.Kind switch
    {
        EmailAddressKind.GroupStart => $"[{e.NameText}",
        EmailAddressKind.GroupEnd => "]",
        _ => $"{e.NameText ?? "-"}/{e.Route ?? "-"}/{e.Mailbox}/{e.Host ?? "-"}",
    }));

    [Theory]
    [InlineData("", "")]
    [InlineData(" , ,, ", "")]
    [InlineData("a@b", "-/-/a/b")]
    [InlineData("<a@b>", "-/-/a/b")]
    [InlineData("A B <a@b>", "A B/-/a/b")]
    [InlineData("A  B<a@b> , c@d", "A B/-/a/b | -/-/c/d")]
    [InlineData("\"B, A\" <a@b>", "B, A/-/a/b")]
    [InlineData("\"a\\\"b\\\\c\" <a@b>", "a\"b\\c/-/a/b")]
    [InlineData("\"Joe \" Smith <a@b>", "Joe  Smith/-/a/b")]
    [InlineData("Joe Q. Public <john.q.public@example.com>", "Joe Q. Public/-/john.q.public/example.com")]
    [InlineData("a@b (Name)", "Name/-/a/b")]
    [InlineData("a@b (Na (nested) me)", "Na (nested) me/-/a/b")]
    [InlineData("(c1) a (c2) @ (c3) b . (c4) c (c5)", "c5/-/a/b.c")]
    [InlineData("Pete(A nice \\) chap) <pete(his account)@silly.test(his host)>", "Pete/-/pete/silly.test")]
    [InlineData("\"a b\"@c", "-/-/a b/c")]
    [InlineData("<\"a b\"@c>", "-/-/a b/c")]
    [InlineData("\"\"@c", "-/-//c")]
    [InlineData("a@[127.0.0.1]", "-/-/a/[127.0.0.1]")]
    [InlineData("<a@[IPv6:::1]>", "-/-/a/[IPv6:::1]")]
    [InlineData("<@a,@b:c@d>", "-/@a,@b/c/d")]
    [InlineData("<>", "-/-//-")]
    [InlineData("Mailer <>", "Mailer/-//-")]
    [InlineData("<a@b", "-/-/a/b")]
    [InlineData("<a@b, c@d", "-/-/a/b | -/-/c/d")]
    [InlineData("word", "-/-/word/-")]
    [InlineData("two words", "-/-/twowords/-")]
    [InlineData("@host", "-/-//host")]
    [InlineData("a@", "-/-/a/-")]
    [InlineData("a@b@c", "-/-/a/b@c")]
    [InlineData("a@b <c@d>", "a@b/-/c/d")]
    [InlineData("\"a@b\" <c@d>", "a@b/-/c/d")]
    [InlineData("=?utf-8?Q?a,b?= <c@d>", "=?utf-8?Q?a,b?=/-/c/d")]
    [InlineData("a=b@c", "-/-/a=b/c")]
    [InlineData("g:;", "[g | ]")]
    [InlineData("A Group:Ed <a@b>,c@d;, e@f", "[A Group | Ed/-/a/b | -/-/c/d | ] | -/-/e/f")]
    [InlineData("g: a@b", "[g | -/-/a/b | ]")]
    [InlineData("g: h: a@b;", "[g | -/-/h:a/b | ]")]
    [InlineData("a@b; c@d", "-/-/a/b | -/-/c/d")]
    [InlineData("\"unfinished <a@b>", "-/-/unfinished <a@b>/-")]
    [InlineData("(unfinished <a@b>", "")]
    [InlineData("<a@b> trailing (comment), c@d", "-/-/a/b | -/-/c/d")]
    [InlineData("j\u00F6rg@b\u00FCcher.example", "-/-/j\u00F6rg/b\u00FCcher.example")]
    public void Parse_Lists_GivesEntries(string text, string expected) => Assert.Equal(expected, Dump(text));

    [Fact]
    public void Parse_MoreThanAllowed_IsCutAndTheGroupClosed() => Assert.Equal("[g | -/-/a/b | ]", Dump("g: a@b, c@d, e@f;", 2));

    [Fact]
    public void TryGetAddress_ValidAndNot_IsTold()
    {
        Assert.True(AddressListParser.Parse("\"a b\"@B\u00FCcher.example")[0].TryGetAddress(out var address));
        Assert.Equal(Address.Parse("\"a b\"@xn--bcher-kva.example"), address);
        foreach (var bad in new[] { "a", "a@[127.0.0.1]", "a@b@c", "g:;", "a@-", "a@" })
        {
            Assert.False(AddressListParser.Parse(bad)[0].TryGetAddress(out _));
        }
    }

    [Fact]
    public void Parse_RandomText_NeverThrowsAndIsConsistent()
    {
        var random = new Random(5322);
        const string Alphabet = "ab.\"\\ @<>(),;:=?[]\u00E9\0\r\n";
        for (var i = 0; i < 30_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(0, 24)).Select(_ => Alphabet[random.Next(Alphabet.Length)]));
            var depth = 0;
            foreach (var entry in AddressListParser.Parse(text))
            {
                depth += entry.Kind switch { EmailAddressKind.GroupStart => 1, EmailAddressKind.GroupEnd => -1, _ => 0 };
                Assert.InRange(depth, 0, 1);
                Assert.Equal(entry.IsMailbox, entry.Mailbox is not null);
                Assert.NotEqual("", entry.Host);
            }
            Assert.Equal(0, depth);
        }
    }
}
