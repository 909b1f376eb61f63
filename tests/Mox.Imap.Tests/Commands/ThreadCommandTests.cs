using System.Globalization;
using Mox.Imap.Tests.Threading;

namespace Mox.Imap.Tests.Commands;

public class ThreadCommandTests
{
    private static string Message(string id, string references, string subject, int day) =>
        $"From: a@h\n{(id.Length == 0 ? "" : $"Message-ID: <{id}@h>\n")}{(references.Length == 0 ? "" : $"References: {references}\n")}"
        + $"Subject: {subject}\nDate: {day} Mar 2024 10:00:00 +0000\n\nx\n";

    [Fact]
    public async Task Thread_ByReferences_NestsRepliesAndBranches()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(
            "Inbox",
            Message("1", "", "one", 1),
            Message("2", "<1@h>", "Re: one", 2),
            Message("3", "<1@h> <2@h>", "Re: one", 3),
            Message("4", "<1@h>", "Re: one", 4),
            Message("5", "<gone@h>", "other", 5),
            Message("6", "<gone@h>", "another", 6),
            Message("7", "", "Re: one", 7),
            Message("8", "", "same", 8),
            Message("9", "", "same", 9));
        var connection = await test.SelectAsync();
        await connection.TranscriptAsync("""
            C: a THREAD REFERENCES UTF-8 ALL
            S: * THREAD (1 (2 3)(4)(7))((5)(6))((8)(9))
            S: a OK threaded
            C: b UID THREAD REFERENCES US-ASCII UID 2:4,6
            S: * THREAD ((2 3)(4))(6)
            S: b OK threaded
            C: c THREAD ORDEREDSUBJECT UTF-8 ALL
            S: * THREAD (1 (2)(3)(4)(7))(5)(6)(8 9)
            S: c OK threaded
            """);
    }

    [Fact]
    public async Task Thread_WithLoopsSelfReferencesAndDuplicates_ListsEachMessageOnce()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(
            "Inbox",
            Message("1", "<2@h>", "a", 1),
            Message("2", "<1@h>", "b", 2),
            Message("3", "<3@h>", "c", 3),
            Message("1", "", "d", 4),
            Message("", "<\"2\"@h>", "e", 5));
        var connection = await test.SelectAsync();
        await connection.TranscriptAsync("""
            C: a THREAD REFERENCES UTF-8 ALL
            S: * THREAD (2 (1)(5))(3)(4)
            S: a OK threaded
            """);
    }

    [Fact]
    public async Task Thread_OfOneLongChain_IsWrittenInPieces()
    {
        const int Count = 2500;
        await using var test = await TestImap.StartAsync();
        using (var lease = await test.Store.OpenAsync("mox", default))
        {
            var spooled = new List<Store.SpooledMessage>();
            for (int i = 1; i <= Count; i++)
            {
                using var spool = test.Store.CreateSpool();
                spool.Write(System.Text.Encoding.ASCII.GetBytes($"Message-ID: <{i}@h>\r\nIn-Reply-To: <{i - 1}@h>\r\n\r\n"));
                spooled.Add(spool.Finish());
            }
            var inbox = lease.Account.Mailboxes.All.First(m => m.Name == Store.MailboxName.Inbox);
            await lease.Account.AddAsync(inbox.Id, [.. spooled.Select(s => new Store.NewMessage { Content = s })], default);
            spooled.ForEach(s => s.Dispose());
        }
        var connection = await test.SelectAsync();
        await connection.TranscriptAsync($"""
            C: a THREAD REFERENCES UTF-8 ALL
            S: * THREAD ({string.Join(' ', Enumerable.Range(1, Count))})
            S: a OK threaded
            """);
    }

    [Fact]
    public async Task Thread_OfSubsetsOfGeneratedMessages_AgreesWithTheTextOfTheRfc()
    {
        const int Count = 60;
        const int Ids = 40;
        var random = new Random(9);
        var mails = Enumerable.Range(1, Count).Select(n => new RfcThreads.Mail(
            n, random.Next(Ids + 1), [.. Enumerable.Range(0, random.Next(4)).Select(_ => random.Next(1, Ids + 1))],
            random.Next(1, 29), random.Next(20), random.Next(2) == 0)).ToList();
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync("Inbox", [.. mails.Select(Text)]);
        var connection = await test.SelectAsync();
        for (int round = 0; round < 100; round++)
        {
            var wanted = mails.Where(_ => random.Next(1 + (round % 4)) == 0).ToList();
            if (wanted.Count > 0)
            {
                await connection.TranscriptAsync($"""
                    C: a{round} UID THREAD REFERENCES UTF-8 UID {string.Join(',', wanted.Select(m => m.Number))}
                    S: * THREAD {RfcThreads.Run(wanted)}
                    S: a{round} OK threaded
                    """);
            }
        }
    }

    private static string Text(RfcThreads.Mail mail)
    {
        string references = string.Join(' ', mail.References.Select(r => $"<{r}@h>"));
        string id = mail.Id == 0 ? "" : mail.Id.ToString(CultureInfo.InvariantCulture);
        string subject = (mail.IsReply ? "Re: " : "") + (mail.Subject == 0 ? "" : $"s{mail.Subject}");
        return Message(id, references, subject, (int)mail.Date);
    }
}
