using System.Text;
using Mox.Imap.Commands;
using Mox.Mime;
using Mox.Store;

namespace Mox.Imap.Tests.Commands;

public class UsualHeaderTests
{
    private static readonly string[] Asked =
    [
        "BODY.PEEK[HEADER.FIELDS (FROM TO SUBJECT DATE)]",
        "BODY.PEEK[HEADER.FIELDS (From To Cc Bcc Subject Date Message-ID Priority X-Priority References Newsgroups In-Reply-To Content-Type Reply-To)]",
        "BODY.PEEK[HEADER.FIELDS (Return-Path Delivered-To Authentication-Results \"subject\")]",
        "BODY.PEEK[HEADER.FIELDS (date subject from content-type to cc reply-to message-id references in-reply-to list-unsubscribe sender)]<5.40>",
        "BODY.PEEK[HEADER.FIELDS (X-Label)]",
    ];

    // Whole lines and pieces of lines: what they come to is for both ways to find.
    private static readonly byte[][] Pieces =
    [
        .. new[]
        {
            "Subject: one\r\n", "SUBJECT : two\r\n", "subject:\r\n", "To: a@example.org,\r\n b@example.org,\r\n\tc@example.org\r\n", "From: x\n", "From: y\n z\n",
            "From a@example.org Fri Mar  1 10:00:00 2024\r\n", "no field at all\r\n", ": no name\r\n", "Date: now\rand then\r\n", "\r\r\n",
            "Received: from x by y\r\n", "X-Other: 1\r\n", "X-Other: 2\r\n folded\r\n", " a fold\r\n", "\t\r\n", "Sub ject: spaced\r\n", "Return-Path: <forged@example.org>\r\n",
            "Message-ID: <1@example.org>\r\n", "Message-ID: <2@example.org>\r\n", "References: <a@b>\r\n <c@d>\r\n", "Content-Type: text/plain\r\n", "X-Label: a\0b\r\n",
            "Cc: no end", "\r", "\n", "List-Unsubscribe: <mailto:x@example.org>\r\n \r\n", "\r\n", "body\r\n\r\nSubject: not a field\r\n",
        }.Select(Encoding.ASCII.GetBytes),
        [.. "Subject: "u8, 0xe9, 0xff, 0xc3, .. "\r\n"u8],
        [.. "Fr"u8, 0xc3, 0xb6, .. "m: x\r\n"u8],
    ];

    [Fact]
    public async Task Row_GivesWhatTheFileGives_ForAnyHeader()
    {
        await using var test = await TestImap.StartAsync();
        using var lease = await test.Store.OpenAsync("mox", default);
        var account = lease.Account;
        var random = new Random(4711);
        var spools = new List<SpooledMessage>();
        var messages = new List<NewMessage>();
        for (int i = 0; i < 600; i++)
        {
            byte[] bytes = [.. Enumerable.Range(0, random.Next(12)).SelectMany(_ => Pieces[random.Next(Pieces.Length)])];
            string prefix = random.Next(3) switch
            {
                0 => "",
                1 => "Return-Path: <ann@example.org>\r\nDelivered-To: mox@localhost\r\n",
                _ => "Authentication-Results: localhost;\r\n\tspf=pass\r\nReceived: from a\r\n by b\r\n",
            };
            spools.Add(Spool(test.Store, bytes));
            messages.Add(new NewMessage { Content = spools[^1], Prefix = Encoding.ASCII.GetBytes(prefix) });
        }
        Assert.True(account.Mailboxes.TryFind(MailboxName.Inbox, out var inbox));
        var added = await account.AddAsync(inbox!.Id, messages, default);
        spools.ForEach(s => s.Dispose());

        foreach (var message in added)
        {
            var row = account.ReadRows([message.MessageId], MessageColumns.UsualHeader | MessageColumns.Prefix | MessageColumns.MimeTree)[0]!;
            using var content = account.OpenContent(row)!;
            var root = MimeTreeCodec.Decode(row.MimeTree).Root;
            foreach (string item in Asked)
            {
                var section = Section(item);
                Assert.True(section.IsUsualHeader);
                var slow = SectionBytes.Find(section, content, root)!.Value.Memory!.Value;
                var fast = SectionBytes.Fields(section, row.UsualHeader!).Memory!.Value;
                Assert.Equal(slow.ToArray(), fast.ToArray());
            }
        }
    }

    [Theory]
    [InlineData("BODY[HEADER.FIELDS (Subject X-Unusual)]", false)]
    [InlineData("BODY[HEADER.FIELDS.NOT (Subject)]", false)]
    [InlineData("BODY[1.HEADER.FIELDS (Subject)]", false)]
    [InlineData("BODY[HEADER]", false)]
    [InlineData("BODY[]", false)]
    [InlineData("BODY[HEADER.FIELDS (SUBJECT list-ID)]", true)]
    public void Section_OfOtherThings_NeedsTheFile(string item, bool usual) => Assert.Equal(usual, Section(item).IsUsualHeader);

    [Fact]
    public async Task Fetch_UsualFields_OpensNoFile()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(2);
        var connection = await test.SelectAsync();
        string files = Path.Combine(test.DataDirectory, "accounts", "mox", "msg");
        Directory.Move(files, files + ".away");
        await connection.TranscriptAsync("""
            C: a FETCH 1:2 (UID BODY.PEEK[HEADER.FIELDS (subject from)]<0.35>)
            S: * 1 FETCH (UID 1 BODY[HEADER.FIELDS (subject from)]<0> {35}
            S: From: Ann <ann@example.org>
            S: Subjec)
            S: * 2 FETCH (UID 2 BODY[HEADER.FIELDS (subject from)]<0> {35}
            S: From: Ann <ann@example.org>
            S: Subjec)
            S: a OK fetched
            """);
        Directory.Move(files + ".away", files);
        await connection.TranscriptAsync("""
            C: b FETCH 1 (BODY.PEEK[HEADER.FIELDS (To X-Unusual)] BODY[HEADER.FIELDS (To)])
            S: * 1 FETCH (BODY[HEADER.FIELDS (To X-Unusual)] {21}
            S: To: mox@localhost
            S:
            S:  BODY[HEADER.FIELDS (To)] {21}
            S: To: mox@localhost
            S:
            S: )
            S: * 1 FETCH (UID 1 FLAGS (\Seen))
            S: b OK fetched
            """);
    }

    [Fact]
    public async Task Fetch_HeaderTooLargeForTheRow_ComesFromTheFile()
    {
        await using var test = await TestImap.StartAsync();
        string to = "To: " + string.Join(",\n ", Enumerable.Range(0, 1000).Select(i => $"name{i}@example.org")) + "\n";
        await test.DeliverAsync("Inbox", to + "Subject: many\n\ntext\n");
        var connection = await test.SelectAsync();
        string expected = to.ReplaceLineEndings("\r\n") + "\r\n";
        Assert.Equal(expected, await MessageCommandTests.FetchAsync(connection, "BODY.PEEK[HEADER.FIELDS (To)]"));
    }

    private static SpooledMessage Spool(AccountStore store, byte[] bytes)
    {
        using var spool = store.CreateSpool();
        spool.Write(bytes);
        return spool.Finish();
    }

    private static BodySection Section(string item)
    {
        var input = new ImapScanner(Encoding.ASCII.GetBytes(item));
        return FetchAttributes.Parse(ref input).Items[0].Section!;
    }
}
