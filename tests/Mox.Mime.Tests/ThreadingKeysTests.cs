namespace Mox.Mime.Tests;

/// <summary>What messages are threaded and sorted by: base subjects, ids, dates.</summary>
public class ThreadingKeysTests
{
    [Theory]
    [InlineData("Hello", "hello", false)]
    [InlineData("Re: Hello", "hello", true)]
    [InlineData("RE : re:Fwd:  FW: Hello", "hello", true)]
    [InlineData("Re[2]: Hello", "hello", true)]
    [InlineData("Re [2] : Hello", "hello", true)]
    [InlineData("[list] Re: [list] Hello", "hello", true)]
    [InlineData("[list] Hello", "hello", false)]
    [InlineData("[list]", "[list]", false)]
    [InlineData("Re: [list]", "[list]", true)]
    [InlineData("Hello (fwd)", "hello", true)]
    [InlineData("Hello (FWD) (fwd) ", "hello", true)]
    [InlineData("[Fwd: Re: Hello]", "hello", true)]
    [InlineData("[fwd: [fwd: Hello]]", "hello", true)]
    [InlineData("Report", "report", false)]
    [InlineData("Re Hello", "re hello", false)]
    [InlineData("=?utf-8?q?Re=3A_Gr=C3=BC=C3=9Fe?=", "gr\u00FC\u00DFe", true)]
    [InlineData("  a \t b  ", "a b", false)]
    [InlineData("Re:", "", true)]
    [InlineData("", "", false)]
    [InlineData("[a[b] Re: x", "[a[b] re: x", false)]
    public void BaseSubject_Of_IsStripped(string subject, string expected, bool isReply)
    {
        Assert.Equal(expected, BaseSubject.Of(subject, out var reply));
        Assert.Equal(isReply, reply);
        Assert.Equal(expected, BaseSubject.Of(expected));
    }

    [Theory]
    [InlineData("<A@B>", "a@b")]
    [InlineData(" <a@b> (c)", "a@b")]
    [InlineData("a@b", "a@b")]
    [InlineData("< a@b >", "a@b")]
    [InlineData("<>", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void MessageIds_Canonical_IsLowerCaseWithoutBrackets(string? text, string? expected) => Assert.Equal(expected, MessageIds.Canonical(text));

    [Fact]
    public void MessageIds_Ancestors_AreOrderedAndDistinct()
    {
        Assert.Equal(["a@x", "b@x", "c@x"], MessageIds.Ancestors("<A@x> junk\t<b@x><a@x> <unfinished <c@x>", "<B@x>"));
        Assert.Equal(["b@x"], MessageIds.Ancestors(null, "Your message of Friday <b@x>"));
        Assert.Empty(MessageIds.Ancestors("", null));
        var many = MessageIds.Ancestors(string.Concat(Enumerable.Range(0, 5_000).Select(i => $"<{i}@x>")), "<last@x>");
        Assert.Equal((1_000, "last@x"), (many.Count, many[^1]));
    }

    [Theory]
    [InlineData("<01KF8JCEOCBS0045PS@xxx.yyy.com>", "01KF8JCEOCBS0045PS@xxx.yyy.com")]
    [InlineData("<\"01KF8JCEOCBS0045PS\"@xxx.yyy.com>", "01KF8JCEOCBS0045PS@xxx.yyy.com")]
    [InlineData("< a . b @ c >", "a.b@c")]
    [InlineData("<\"x@y\\\"z\"@h>", "x@y\"z@h")]
    [InlineData("<not <A@b> <c@d>", "A@b")]
    [InlineData("<nodomain> <@x> <x@> <a@b>", "a@b")]
    [InlineData("a@b", null)]
    [InlineData("<a@b", null)]
    [InlineData("<\"a@b>", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void MessageIds_First_IsTheFirstValidOneWithoutNeedlessQuotes(string? text, string? expected) => Assert.Equal(expected, MessageIds.First(text));

    [Fact]
    public void MessageIds_References_AreThoseOfReferencesOrElseOneOfInReplyTo()
    {
        Assert.Equal(["a@x", "B@x", "a@x"], MessageIds.References("<a@x> (c) <B@x>\r\n\t<a@x>", "<z@x>"));
        Assert.Equal(["z@x"], MessageIds.References("none <valid>", "you wrote <z@x> and <y@x>"));
        Assert.Empty(MessageIds.References(null, null));
        var many = MessageIds.References(string.Concat(Enumerable.Range(0, 2_000).Select(i => $"<{i}@x>")), null);
        Assert.Equal((100, "0@x", "1901@x", "1999@x"), (many.Count, many[0], many[1], many[^1]));
    }

    [Theory]
    [InlineData("21 Nov 1997 09:55:06 -0600", "1997-11-21T15:55:06Z")]
    [InlineData("21 Nov 1997 25:00:00 -0600", "1997-11-21T06:00:00Z")]
    [InlineData("Fri, 21 Nov 1997", "1997-11-21T00:00:00Z")]
    [InlineData("21 Nov 1997 09:55:06 +9999", "1997-11-21T09:55:06Z")]
    [InlineData("31 Feb 1997 09:55:06 +0000", null)]
    [InlineData("Nov 1997", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void MailDate_TryParseForSorting_TakesABadTimeAsMidnightAndABadZoneAsUtc(string? text, string? expected)
    {
        Assert.Equal(expected is not null, MailDate.TryParseForSorting(text, out var date));
        if (expected is not null)
        {
            Assert.Equal(DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), date);
        }
    }

    [Theory]
    [InlineData("Fri, 21 Nov 1997 09:55:06 -0600", "1997-11-21T15:55:06Z")]
    [InlineData("21 Nov 97 09:55:06 GMT", "1997-11-21T09:55:06Z")]
    [InlineData("Fri, 21 Nov 1997 09(comment):   55  :  06 -0600", null)]
    [InlineData("Thu, 13\tFeb 1969 23:32 -0330 (Newfoundland Time)", "1969-02-14T03:02:00Z")]
    [InlineData("Wed, 17 Jul 1996 02:23:25 -0700 (PDT)", "1996-07-17T09:23:25Z")]
    [InlineData("1 January 2024 00:00:00 EST", "2024-01-01T05:00:00Z")]
    [InlineData("Mon, 1 Jan 24 00:00:00 +1400", "2023-12-31T10:00:00Z")]
    [InlineData("Tue, 01 Jul 2008 12:34:60 Z", "2008-07-01T12:34:59Z")]
    [InlineData("21-Nov-1997 09:55:06 -0600", "1997-11-21T15:55:06Z")]
    [InlineData("Sat, 1 Jan 2000 00:00:00", "2000-01-01T00:00:00Z")]
    [InlineData("1 Jan 102 00:00 +0000", "2002-01-01T00:00:00Z")]
    [InlineData("Tue, 19 Jan 2038 03:14:08 +0000", "2038-01-19T03:14:08Z")]
    [InlineData("31 Feb 2024 00:00:00 +0000", null)]
    [InlineData("1 Jan 2024 24:00:00 +0000", null)]
    [InlineData("1 Jan 2024 00:00:00 +9999", null)]
    [InlineData("1 Jan 0001 00:00:00 +1300", null)]
    [InlineData("1 Jan 0000 00:00:00 +0000", null)]
    [InlineData("0 Jan 2024 00:00:00 +0000", null)]
    [InlineData("-1 Jan 2024 00:00:00 +0000", "2024-01-01T00:00:00Z")]
    [InlineData("1 Foo 2024 00:00:00 +0000", null)]
    [InlineData("yesterday", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void MailDate_TryParse_TakesWhatIsSeen(string? text, string? expected)
    {
        Assert.Equal(expected is not null, MailDate.TryParse(text, out var date));
        if (expected is not null)
        {
            Assert.Equal(DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), date);
        }
    }

    [Fact]
    public void MailDate_Format_RoundTrips()
    {
        var random = new Random(822);
        for (var i = 0; i < 2_000; i++)
        {
            var date = new DateTimeOffset(random.NextInt64(631_139_040_000_000_000, 2_524_608_000_000_000_00 * 10) / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond, TimeSpan.FromMinutes(random.Next(-780, 780)));
            Assert.True(MailDate.TryParse(MailDate.Format(date), out var parsed));
            Assert.Equal((date, date.Offset), (parsed, parsed.Offset));
        }
        Assert.Equal("Fri, 21 Nov 1997 09:55:06 -0600", MailDate.Format(new DateTimeOffset(1997, 11, 21, 9, 55, 6, TimeSpan.FromHours(-6))));
    }

    [Fact]
    public void MailDate_RandomText_NeverThrows()
    {
        var random = new Random(1);
        string[] pieces = ["1", "99999", "Jan", ":", " ", "00:00", "-", "+0100", "(", ")", "\u00E9", ",", "2024", "60"];
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => pieces[random.Next(pieces.Length)]));
            Assert.True(MailDate.TryParse(text, out var date) || date == default);
        }
    }
}
