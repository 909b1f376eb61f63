using System.Text;
using Mox.Delivery.Senders;
using Mox.EmailAuth.Results;
using Mox.Mime;
using Mox.Testing;

namespace Mox.Delivery.Tests.Senders;

public sealed class ForgedResultsFilterTests
{
    private const string Forged = "Authentication-Results: mail.example; spf=pass\r\n";

    [Theory]
    [InlineData("Subject: x\r\n" + Forged + "To: y\r\n\r\nbody\r\n", "Subject: x\r\nTo: y\r\n\r\nbody\r\n", 1)]
    [InlineData(Forged + Forged + "\r\nbody", "\r\nbody", 2)]
    [InlineData(Forged, "", 1)]
    [InlineData("authentication-RESULTS : MAIL.example;\r\n\tspf=pass;\r\n dkim=pass\r\nA: b\r\n\r\n", "A: b\r\n\r\n", 1)]
    [InlineData("Authentication-Results:\r\n\tmail.example; none\r\nA: b\r\n", "A: b\r\n", 1)]
    [InlineData("Authentication-Results: (by us) \"mail.example\" 1; spf=pass\n\nbody\n", "\nbody\n", 1)]
    [InlineData("Authentication-Results: other.example; spf=pass\r\n\r\n", null, 0)]
    [InlineData("Authentication-Results: sub.mail.example; spf=pass\r\n\r\n", null, 0)]
    [InlineData("Authentication-Results-Old: mail.example; spf=pass\r\n\r\n", null, 0)]
    [InlineData("ARC-Authentication-Results: i=1; mail.example; spf=pass\r\n\r\n", null, 0)]
    [InlineData("A: b\r\n Authentication-Results: mail.example; spf=pass\r\n\r\n", null, 0)]
    [InlineData("A: b\r\n\r\n" + Forged, null, 0)]
    [InlineData("\r\n" + Forged, null, 0)]
    [InlineData("\n" + Forged, null, 0)]
    [InlineData("Authentication-Results", null, 0)]
    [InlineData("Authentication-Results\r\nA: b\r\n\r\n", null, 0)]
    [InlineData("a\r\nb\r\nA", null, 0)]
    [InlineData("", null, 0)]
    public void Header_IsPassedWithoutWhatClaimsToBeOurs_HoweverItIsSplit(string content, string? expected, int removed)
    {
        Assert.All(SplitEverywhere.Of(content), pieces =>
        {
            var (passed, count) = Filter(pieces);
            Assert.Equal((expected ?? content, removed), (passed, count));
        });
    }

    [Theory]
    [InlineData("mail.example", "")]
    [InlineData("other.example", null)]
    public void FieldOfAnyLength_IsJudgedByItsBegin_AndGoesOrStaysWhole(string host, string? expected)
    {
        string field = $"Authentication-Results: {host}; spf=pass\r\n" + string.Concat(Enumerable.Repeat("\t; x-long=pass (0123456789012345678901234567890)\r\n", 2000));
        foreach (int size in new[] { 1, 7, 1000, 16 * 1024, 1_000_000 })
        {
            ReadOnlyMemory<byte> bytes = Encoding.Latin1.GetBytes(field + "\r\nbody\r\n");
            var pieces = Enumerable.Range(0, (bytes.Length + size - 1) / size).Select(i => bytes.Slice(i * size, Math.Min(size, bytes.Length - i * size)));
            Assert.Equal((expected ?? field) + "\r\nbody\r\n", Filter(pieces).Passed);
        }
    }

    [Fact]
    public void OtherNamesOfTheServer_AreRemovedToo() =>
        Assert.Equal(("\r\n", 1), Filter([Encoding.Latin1.GetBytes("Authentication-Results: mx2.example; none\r\n\r\n")]));

    [Fact]
    public void AnyBytes_ArePassedAsTheHeaderParserSeesThem()
    {
        string[] parts = ["Authentication-Results", "authentication-results", ":", " ", "\t", "\r\n", "\n", "\r", "mail.example", ";", "spf=pass", "A", "A: b", "\0", "x"];
        var random = new Random(3);
        for (int i = 0; i < 3000; i++)
        {
            string content = string.Concat(Enumerable.Range(0, random.Next(1, 30)).Select(_ => parts[random.Next(parts.Length)]));
            byte[] bytes = Encoding.Latin1.GetBytes(content);
            int cut = random.Next(bytes.Length + 1);
            var (passed, _) = Filter([bytes.AsMemory(0, cut), bytes.AsMemory(cut)]);
            Assert.DoesNotContain(
                new HeaderBlock(Encoding.Latin1.GetBytes(passed)).Fields(), field => AuthenticationResults.ClaimsToBeFrom(field, "mail.example"));
            var kept = new HeaderBlock(bytes).Fields().Where(field => !AuthenticationResults.ClaimsToBeFrom(field, "mail.example"));
            Assert.Equal(
                kept.Select(field => Encoding.Latin1.GetString(field.Raw.Span)),
                new HeaderBlock(Encoding.Latin1.GetBytes(passed)).Fields().Select(field => Encoding.Latin1.GetString(field.Raw.Span)));
        }
    }

    private static (string Passed, int Removed) Filter(IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        var passed = new StringBuilder();
        var filter = new ForgedResultsFilter(["mx2.example", "mail.example"], bytes => passed.Append(Encoding.Latin1.GetString(bytes)));
        foreach (var piece in pieces)
        {
            filter.Write(piece.Span);
        }

        filter.Finish();
        return (passed.ToString(), filter.Removed);
    }
}
