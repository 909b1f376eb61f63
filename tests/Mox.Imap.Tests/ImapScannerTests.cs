using System.Text;
using Mox.Imap.Commands;
using Mox.Imap.Search;

namespace Mox.Imap.Tests;

public class ImapScannerTests
{
    [Theory]
    [InlineData("abc", "abc")]
    [InlineData("a]b", "a]b")]
    [InlineData("\"a b\"", "a b")]
    [InlineData("\"a\\\"b\\\\c\"", "a\"b\\c")]
    [InlineData("\"\"", "")]
    [InlineData("{3}\r\na b", "a b")]
    [InlineData("{3+}\r\n\r\n.", "\r\n.")]
    [InlineData("{0}\r\n", "")]
    [InlineData("\"ü\"", "ü")]
    public void Astring_Good_IsTaken(string text, string expected)
    {
        var input = Scan(text);
        Assert.Equal(expected, input.Astring());
        input.End();
    }

    [Theory]
    [InlineData("")]
    [InlineData("(")]
    [InlineData("\"abc")]
    [InlineData("\"a\\n\"")]
    [InlineData("\"a\\")]
    [InlineData("\"a\rb\"")]
    [InlineData("{3}")]
    [InlineData("{3}\r\nab")]
    [InlineData("{a}\r\nab")]
    [InlineData("{99999999999}\r\nab")]
    [InlineData("{1}\r\n\0")]
    [InlineData("\"a\0\"")]
    public void Astring_Bad_Throws(string text) => Assert.Throws<ImapSyntaxException>(() => Scan(text).Astring());

    [Fact]
    public void Astring_BadUtf8_Throws()
    {
        byte[] bytes = [(byte)'"', 0xff, (byte)'"'];
        Assert.Throws<ImapSyntaxException>(() => new ImapScanner(bytes).Astring());
    }

    [Theory]
    [InlineData("\"17-Jul-1996 02:44:25 -0700\"", "1996-07-17T02:44:25-07:00")]
    [InlineData("\" 1-Feb-2024 00:00:00 +0000\"", "2024-02-01T00:00:00+00:00")]
    [InlineData("\"01-feb-2024 23:59:60 +1400\"", "2024-02-01T23:59:59+14:00")]
    public void DateTime_Good_IsTaken(string text, string expected)
    {
        var input = Scan(text);
        Assert.Equal(DateTimeOffset.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), input.DateTime());
        input.End();
    }

    [Theory]
    [InlineData("\"30-Feb-2024 00:00:00 +0000\"")]
    [InlineData("\"17-Jul-96 02:44:25 -0700\"")]
    [InlineData("\"17-Jul-1996 2:44:25 -0700\"")]
    [InlineData("\"17-Jul-1996 24:44:25 -0700\"")]
    [InlineData("\"17-Jul-1996 02:44:25 0700\"")]
    [InlineData("\"17-Jul-1996 02:44:25 -2300\"")]
    [InlineData("\"01-Jan-0001 00:00:00 +0100\"")]
    [InlineData("\"31-Dec-9999 23:59:59 -1200\"")]
    [InlineData("\"17-Xyz-1996 02:44:25 -0700\"")]
    [InlineData("\"17-Jul-1996 02:44:25 -0700")]
    public void DateTime_Bad_Throws(string text) => Assert.Throws<ImapSyntaxException>(() => Scan(text).DateTime());

    [Theory]
    [InlineData("1-Feb-1994", "1994-02-01")]
    [InlineData("\"28-FEB-2023\"", "2023-02-28")]
    public void Date_Good_IsTaken(string text, string expected) =>
        Assert.Equal(DateOnly.ParseExact(expected, "yyyy-MM-dd", null), Scan(text).Date());

    [Theory]
    [InlineData("29-Feb-2023")]
    [InlineData("0-Feb-2023")]
    [InlineData("1-Feb-23")]
    [InlineData("\"1-Feb-2023")]
    public void Date_Bad_Throws(string text) => Assert.Throws<ImapSyntaxException>(() => Scan(text).Date());

    [Theory]
    [InlineData("BODY[]", "BODY[]")]
    [InlineData("body.peek[header]", "BODY[HEADER]")]
    [InlineData("BODY[1.2.MIME]", "BODY[1.2.MIME]")]
    [InlineData("BODY[4.1.HEADER]<5.10>", "BODY[4.1.HEADER]<5>")]
    [InlineData("BODY[HEADER.FIELDS (Date \"From\" {2}\r\nTo)]", "BODY[HEADER.FIELDS (Date From To)]")]
    [InlineData("BODY[1.HEADER.FIELDS.NOT (X-A)]<0.1>", "BODY[1.HEADER.FIELDS.NOT (X-A)]<0>")]
    [InlineData("BODY[HEADER.FIELDS (\"a b\")]", "BODY[HEADER.FIELDS (\"a b\")]")]
    [InlineData("BODY[HEADER.FIELDS (\"a\\\"b\")]", "BODY[HEADER.FIELDS ({3}\r\na\"b)]")]
    public void BodySection_Good_EchoesItself(string text, string echo)
    {
        var input = Scan(text);
        var attributes = FetchAttributes.Parse(ref input);
        input.End();
        Assert.Equal(echo, Encoding.ASCII.GetString(Assert.Single(attributes.Items).Section!.Echo));
    }

    [Theory]
    [InlineData("BODY[")]
    [InlineData("BODY[MIME]")]
    [InlineData("BODY[1.]")]
    [InlineData("BODY[0]")]
    [InlineData("BODY[1..2]")]
    [InlineData("BODY[1TEXT]")]
    [InlineData("BODY[HEADER.FIELDS ()]")]
    [InlineData("BODY[HEADER.FIELDS]")]
    [InlineData("BODY[]<5>")]
    [InlineData("BODY[]<5.0>")]
    [InlineData("BODY[]<.1>")]
    [InlineData("BODYX")]
    [InlineData("BODY.PEEK")]
    [InlineData("BODYSTRUCTUREX")]
    [InlineData("()")]
    [InlineData("(FLAGS")]
    [InlineData("(ALL)")]
    [InlineData("FLAGS UID")]
    public void FetchAttributes_Bad_Throws(string text) => Assert.Throws<ImapSyntaxException>(() =>
    {
        var input = Scan(text);
        FetchAttributes.Parse(ref input);
        input.End();
    });

    [Theory]
    [InlineData("ALL", "Flags InternalDate Size Envelope")]
    [InlineData("full", "Flags InternalDate Size Envelope Body")]
    [InlineData("FAST", "Flags InternalDate Size")]
    [InlineData("(UID FLAGS UID)", "Uid Flags")]
    [InlineData("(RFC822.SIZE BODYSTRUCTURE BODY)", "Size BodyStructure Body")]
    public void FetchAttributes_ItemsAndMacros(string text, string kinds)
    {
        var input = Scan(text);
        Assert.Equal(kinds, string.Join(' ', FetchAttributes.Parse(ref input).Items.Select(i => i.Kind)));
    }

    [Theory]
    [InlineData("ALL")]
    [InlineData("1:3,* UID 5 NOT SEEN")]
    [InlineData("OR LARGER 123 SMALLER 123")]
    [InlineData("OR (SEEN FLAGGED) NOT (DELETED) KEYWORD $Junk UNKEYWORD foo")]
    [InlineData("SINCE 1-Feb-1994 SENTBEFORE \"2-Mar-2020\"")]
    [InlineData("HEADER Message-ID {5}\r\n<a@b> BODY \"x y\" TEXT z SUBJECT a FROM b TO c CC d BCC e")]
    [InlineData("$ UID $ NOT ($ OR $ 5)")]
    [InlineData("OLDER 1 YOUNGER 4294967295 SAVEDBEFORE 1-Jan-2020 SAVEDON 1-Jan-2020 SAVEDSINCE 1-Jan-2020 SAVEDATESUPPORTED")]
    [InlineData("LARGER 9223372036854775807 SMALLER 0 SUBJECT \"\" BODY \"\"")]
    [InlineData("MODSEQ \"/flags/\\\\draft\" all 620162338 MODSEQ 0")]
    [InlineData("MODSEQ \"/flags/$Junk\" priv 5 MODSEQ \"/flags/x\" SHARED 9223372036854775807")]
    public void SearchKey_Good_IsTaken(string text)
    {
        var input = Scan(text);
        SearchKey.ParseAll(ref input);
        input.End();
    }

    [Theory]
    [InlineData("")]
    [InlineData("NOT")]
    [InlineData("OR SEEN")]
    [InlineData("()")]
    [InlineData("(SEEN")]
    [InlineData("LARGER x")]
    [InlineData("LARGER 99999999999999999999")]
    [InlineData("SINCE today")]
    [InlineData("KEYWORD \\Recent")]
    [InlineData("FOO")]
    [InlineData("SEEN ")]
    [InlineData("HEADER x")]
    [InlineData("$,5")]
    [InlineData("1:$")]
    [InlineData("$x")]
    [InlineData("OLDER 0")]
    [InlineData("YOUNGER 4294967296")]
    [InlineData("SAVEDON")]
    [InlineData("MODSEQ \"x\" all 5")]
    [InlineData("MODSEQ \"/flags/\" all 5")]
    [InlineData("MODSEQ \"/flags/x\" other 5")]
    [InlineData("MODSEQ \"/flags/x\" all")]
    [InlineData("MODSEQ \"/flags/x\" 5")]
    [InlineData("MODSEQ all 5")]
    public void SearchKey_Bad_Throws(string text) => Assert.Throws<ImapSyntaxException>(() =>
    {
        var input = Scan(text);
        SearchKey.ParseAll(ref input);
        input.End();
    });

    [Fact]
    public void AbuseCase10_NestedSearchKeys_AreSyntaxErrors()
    {
        foreach (string text in new[] { new string('(', 1_000_000), string.Concat(Enumerable.Repeat("NOT ", 250_000)), string.Concat(Enumerable.Repeat("OR ", 250_000)) })
        {
            Assert.Throws<ImapSyntaxException>(() =>
            {
                var input = Scan(text);
                SearchKey.ParseAll(ref input);
            });
        }
    }

    [Theory]
    [InlineData(5000, true)]
    [InlineData(5001, false)]
    public void SearchKeys_AreBounded(int count, bool taken)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(string.Join(' ', Enumerable.Repeat("SEEN", count)));
        Assert.Equal(taken, Takes(() =>
        {
            var input = new ImapScanner(bytes);
            SearchKey.ParseAll(ref input);
        }));
    }

    [Theory]
    [InlineData(500, true)]
    [InlineData(501, false)]
    public void FieldNames_AreBounded(int count, bool taken)
    {
        byte[] bytes = Encoding.UTF8.GetBytes($"BODY[HEADER.FIELDS ({string.Join(' ', Enumerable.Repeat("To", count))})]");
        Assert.Equal(taken, Takes(() =>
        {
            var input = new ImapScanner(bytes);
            FetchAttributes.Parse(ref input);
            input.End();
        }));
    }

    [Fact]
    public void Parsers_SeededRandomBytes_ReturnOrThrowSyntaxError()
    {
        var random = new Random(42);
        string[] words = ["BODY[", "1.2", "HEADER.FIELDS", " ", "(", ")", "]", "<0.1>", "\"", "\\", "{3}\r\n", "NOT ", "OR ", "SEEN", "1:*", ",", "MODSEQ", "\0", "ü", "%", "KEYWORD ", "BEFORE ", "1-Jan-2020", "RETURN (", "MIN", "PARTIAL -1:-2", " IN (", "mailboxes ", "$"];
        for (int i = 0; i < 100_000; i++)
        {
            byte[] bytes = random.Next(2) == 0
                ? [.. Enumerable.Range(0, random.Next(20)).Select(_ => (byte)random.Next(256))]
                : Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, random.Next(8)).Select(_ => words[random.Next(words.Length)])));
            foreach (var parse in Parsers)
            {
                try
                {
                    parse(bytes);
                }
                catch (ImapSyntaxException)
                {
                }
            }
        }
    }

    private static readonly Action<byte[]>[] Parsers =
    [
        b => { var s = new ImapScanner(b); FetchAttributes.Parse(ref s); },
        b => { var s = new ImapScanner(b); SearchKey.ParseAll(ref s); },
        b => { var s = new ImapScanner(b); SearchReturn.TryParse(ref s); },
        b => { var s = new ImapScanner(b); EsearchCommand.Parse(ref s); },
        b => { var s = new ImapScanner(b); CancelUpdateCommand.Parse(ref s); },
        b => { var s = new ImapScanner(b); s.SequenceSet(); },
        b => { var s = new ImapScanner(b); s.Mailbox(); },
        b => { var s = new ImapScanner(b); s.ListMailbox(); },
        b => { var s = new ImapScanner(b); s.DateTime(); },
        b => { var s = new ImapScanner(b); IdCommand.Parse(ref s); },
        b => { var s = new ImapScanner(b); StoreCommand.Parse(ref s, uid: true); },
        b => { var s = new ImapScanner(b); AppendCommand.Parse(ref s); },
        b => { var s = new ImapScanner(b); StatusCommand.Parse(ref s); },
        b => { var s = new ImapScanner(b); CreateCommand.Parse(ref s); },
        b => ImapRequest.IsStreamed(b),
    ];

    private static bool Takes(Action parse)
    {
        try
        {
            parse();
            return true;
        }
        catch (ImapSyntaxException)
        {
            return false;
        }
    }

    private static ImapScanner Scan(string text) => new(Encoding.UTF8.GetBytes(text));
}
