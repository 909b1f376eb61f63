using Mox.Store;

namespace Mox.Imap.Tests;

public class ListPatternTests
{
    [Theory]
    [InlineData("", "*", "a/b/c", true)]
    [InlineData("", "%", "a", true)]
    [InlineData("", "%", "a/b", false)]
    [InlineData("", "a/%", "a/b", true)]
    [InlineData("", "a/%", "a/b/c", false)]
    [InlineData("", "%/%", "a/b", true)]
    [InlineData("", "a*c", "a/b/c", true)]
    [InlineData("", "a%c", "abc", true)]
    [InlineData("", "a%c", "a/c", false)]
    [InlineData("", "*b%", "a/b/bc", true)]
    [InlineData("", "%*%", "a/b", true)]
    [InlineData("", "inBOX", "Inbox", true)]
    [InlineData("", "INB%", "Inbox", true)]
    [InlineData("", "INBOX/*", "Inbox/x", true)]
    [InlineData("", "INBOX/X", "Inbox/x", false)]
    [InlineData("", "inboxes", "Inboxes", false)]
    [InlineData("a/", "%", "a/b", true)]
    [InlineData("a/", "%", "b", false)]
    [InlineData("", "a", "ab", false)]
    [InlineData("", "ab", "a", false)]
    [InlineData("", "*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false)]
    public void Matches_Pattern(string reference, string pattern, string name, bool expected) =>
        Assert.Equal(expected, new ListPattern(reference, pattern).Matches(MailboxName.Parse(name)));

    [Fact]
    public void Matches_RandomPatterns_AgreeWithPlainRecursion()
    {
        var random = new Random(5);
        for (int i = 0; i < 50_000; i++)
        {
            string pattern = Text(random, "ab/*%", 8), name = Text(random, "ab/", 8);
            if (MailboxName.TryParse(name, out var parsed, out _))
            {
                Assert.True(Slow(pattern, name) == new ListPattern("", pattern).Matches(parsed), $"{pattern} on {name}");
            }
        }
    }

    private static string Text(Random random, string alphabet, int max) =>
        string.Concat(Enumerable.Range(0, random.Next(max)).Select(_ => alphabet[random.Next(alphabet.Length)]));

    private static bool Slow(string p, string t) =>
        p.Length == 0 ? t.Length == 0
        : p[0] is '*' or '%' ? Slow(p[1..], t) || (t.Length > 0 && (p[0] == '*' || t[0] != '/') && Slow(p, t[1..]))
        : t.Length > 0 && p[0] == t[0] && Slow(p[1..], t[1..]);
}
