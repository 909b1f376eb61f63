using System.Globalization;
using System.Text;
using Mox.Imap.Commands;
using Mox.Store;
using Mox.Testing;

namespace Mox.Imap.Tests.Commands;

public class NotifyCommandTests
{
    // RFC 5465 sections 3.1 and 5.2: STATUS of the others, and new messages with what was asked for; nothing is sent meanwhile by the client.
    [Fact]
    public async Task Set_WithStatus_ThenNewMessagesArePushed()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(2);
        await test.DeliverAsync(1, "Lists/a");
        var connection = await test.SelectAsync();
        await connection.TranscriptAsync("""
            C: a NOTIFY SET STATUS (selected (MessageNew (uid body.peek[header.fields (subject)]) MessageExpunge)) (subtree Lists (MessageNew MessageExpunge))
            S: * STATUS Lists (MESSAGES 0 UIDNEXT 1 UIDVALIDITY *
            S: * STATUS Lists/a (MESSAGES 1 UIDNEXT 2 UIDVALIDITY *
            S: a OK done
            """);
        await test.DeliverAsync("Inbox", TestImap.Simple(7));
        await connection.TranscriptAsync("""
            S: * 3 EXISTS
            S: * 3 FETCH (UID 3 BODY[HEADER.FIELDS (subject)] {22}
            S: Subject: Message 7
            S:
            S: )
            """);
        await test.DeliverAsync(1, "Lists/a");
        await connection.TranscriptAsync("S: * STATUS Lists/a (MESSAGES 2 UIDNEXT 3 UIDVALIDITY *");
        // of mailboxes that nobody asked for there is nothing
        await test.DeliverAsync(1, "Drafts");
        await test.DeliverAsync(1, "Lists/a");
        await connection.TranscriptAsync("""
            S: * STATUS Lists/a (MESSAGES 3 *
            C: b FETCH 3 FLAGS
            S: * 3 FETCH (FLAGS ())
            S: b OK fetched
            """);
    }

    [Fact]
    public async Task None_NothingIsToldButWhatTheClientDoes()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(3);
        var connection = await test.SelectAsync();
        var other = await test.SelectAsync();
        await connection.TranscriptAsync("""
            C: a NOTIFY NONE
            S: a OK done
            """);
        await other.TranscriptAsync("""
            C: x STORE 1 +FLAGS (\Deleted \Flagged)
            S: * 1 FETCH *
            S: x OK stored
            C: y EXPUNGE
            S: * 1 EXPUNGE
            S: y OK *
            """);
        await test.DeliverAsync(1);
        await connection.TranscriptAsync("""
            C: b NOOP
            S: b OK done
            C: c IDLE
            S: + idling
            C: DONE
            S: c OK *
            # what is gone can still be read, by its old number
            C: d FETCH 1 (UID)
            S: * 1 FETCH (UID 1)
            S: d OK *
            C: e STORE 2 +FLAGS.SILENT (\Deleted)
            S: e OK stored
            C: f EXPUNGE
            S: * 1 EXPUNGE
            S: * 1 EXPUNGE
            S: * 2 EXISTS
            S: * 2 FETCH (UID 4 FLAGS ())
            S: f OK *
            """);
    }

    [Fact]
    public async Task Selected_ExpungeAndFlags_ArePushedAtOnce()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(3);
        var connection = await test.SelectAsync();
        var other = await test.SelectAsync();
        await connection.TranscriptAsync("""
            C: a NOTIFY SET (SELECTED (MessageNew MessageExpunge FlagChange))
            S: a OK done
            """);
        await other.TranscriptAsync("""
            C: x STORE 2 +FLAGS (\Deleted)
            S: * 2 FETCH *
            S: x OK stored
            """);
        await connection.TranscriptAsync("""S: * 2 FETCH (UID 2 FLAGS (\Deleted))""");
        await other.TranscriptAsync("""
            C: y EXPUNGE
            S: * 2 EXPUNGE
            S: y OK *
            """);
        await connection.TranscriptAsync("""
            S: * 2 EXPUNGE
            C: b UNSELECT
            S: b OK *
            """);
        await test.DeliverAsync(1);
        await connection.TranscriptAsync("""
            C: c NOOP
            S: c OK done
            """);
    }

    [Fact]
    public async Task Selected_WithoutFlagChange_FlagsAreNotTold()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(2);
        var connection = await test.SelectAsync();
        var other = await test.SelectAsync();
        await connection.TranscriptAsync("""
            C: a NOTIFY SET (SELECTED (MessageNew MessageExpunge))
            S: a OK done
            """);
        await other.TranscriptAsync("""
            C: x STORE 2 +FLAGS (\Flagged)
            S: * 2 FETCH *
            S: x OK stored
            """);
        await test.DeliverAsync(1);
        await connection.TranscriptAsync("""
            S: * 3 EXISTS
            S: * 3 FETCH (UID 3 FLAGS ())
            C: b STORE 1 +FLAGS (\Seen)
            S: * 1 FETCH (UID 1 FLAGS (\Seen))
            S: b OK stored
            """);
    }

    // RFC 5465 section 6.1: EXPUNGE waits for a command, new messages do not.
    [Fact]
    public async Task SelectedDelayed_ExpungeWaitsForACommand_AllElseDoesNot()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(4);
        var connection = await test.SelectAsync();
        var other = await test.SelectAsync();
        await connection.TranscriptAsync("""
            C: a NOTIFY SET (SELECTED-DELAYED (MessageNew MessageExpunge FlagChange))
            S: a OK done
            """);
        await other.TranscriptAsync("""
            C: x UID STORE 2:3 +FLAGS.SILENT (\Deleted)
            S: x OK stored
            """);
        await connection.TranscriptAsync("""
            S: * 2 FETCH (UID 2 FLAGS (\Deleted))
            S: * 3 FETCH (UID 3 FLAGS (\Deleted))
            """);
        await other.TranscriptAsync("""
            C: y EXPUNGE
            S: * 2 EXPUNGE
            S: * 2 EXPUNGE
            S: y OK *
            """);
        await test.DeliverAsync(1);
        await connection.TranscriptAsync("""
            S: * 5 EXISTS
            S: * 5 FETCH (UID 5 FLAGS ())
            """);
        await other.TranscriptAsync("""
            C: z UID STORE 4 +FLAGS.SILENT (\Flagged)
            S: * 3 EXISTS
            S: * 3 FETCH *
            S: z OK stored
            """);
        await connection.TranscriptAsync("""
            S: * 4 FETCH (UID 4 FLAGS (\Flagged))
            C: b FETCH 3 (UID)
            S: * 3 FETCH (UID 3)
            S: b OK *
            C: c NOOP
            S: * 2 EXPUNGE
            S: * 2 EXPUNGE
            S: c OK done
            C: d FETCH 1:* (UID)
            S: * 1 FETCH (UID 1)
            S: * 2 FETCH (UID 4)
            S: * 3 FETCH (UID 5)
            S: d OK *
            """);
    }

    [Fact]
    public async Task SelectedDelayed_TooMuchKeptBack_OverflowsToNone()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(1);
        using var lease = await test.Store.OpenAsync("mox", default);
        var account = lease.Account;
        var inbox = account.Mailboxes.All.Single(m => m.Name == MailboxName.Inbox).Id;
        for (uint n = 1; n <= 1024; n *= 2)
        {
            await account.CopyAsync(inbox, [.. Enumerable.Range(1, (int)n).Select(i => new Uid((uint)i))], inbox, default);
        }
        var connection = await test.SelectAsync();
        await connection.TranscriptAsync("""
            C: a NOTIFY SET (SELECTED-DELAYED (MessageNew MessageExpunge))
            S: a OK done
            """);
        Uid[] many = [.. Enumerable.Range(1, 1001).Select(i => new Uid((uint)i))];
        await account.StoreFlagsAsync(inbox, many, new FlagChange(FlagChangeKind.Add, MessageFlags.Deleted, KeywordSet.Empty), null, default);
        await account.ExpungeAsync(inbox, null, default);
        await connection.TranscriptAsync("S: * OK [NOTIFICATIONOVERFLOW] *");
        // too many to keep for a client that does not want to hear of them
        await connection.TranscriptAsync("""
            C: b NOOP
            S: * 1 EXPUNGE
            S...
            S: b OK done
            """);
        await test.DeliverAsync(1);
        await connection.TranscriptAsync("""
            C: c NOOP
            S: c OK done
            """);
    }

    // RFC 5465 sections 5.4 and 5.5.
    [Fact]
    public async Task MailboxName_CreateRenameDelete_AndRoles()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.LoginAsync();
        var other = await test.LoginAsync();
        await connection.TranscriptAsync("""
            C: a NOTIFY SET (personal (MailboxName SubscriptionChange))
            S: a OK done
            """);
        await other.TranscriptAsync("""
            C: x CREATE work/new
            S: x OK [MAILBOXID *
            """);
        await connection.TranscriptAsync("""
            S: * LIST (\HasChildren \Subscribed) "/" work
            S: * LIST (\HasNoChildren \Subscribed) "/" work/new
            """);
        await other.TranscriptAsync("""
            C: x RENAME work play
            S: x OK renamed
            """);
        await connection.TranscriptAsync("""
            S: * LIST (\HasChildren \Subscribed) "/" play ("OLDNAME" (work))
            S: * LIST (\HasNoChildren \Subscribed) "/" play/new ("OLDNAME" (work/new))
            """);
        await other.TranscriptAsync("""
            C: x DELETE play/new
            S: x OK deleted
            """);
        await connection.TranscriptAsync("""
            S: * LIST (\NonExistent \Subscribed) "/" play/new
            """);
        await other.TranscriptAsync("""
            C: x CREATE out (USE (\Sent))
            S: x OK [MAILBOXID *
            """);
        await connection.TranscriptAsync("""
            S: * LIST (\HasNoChildren \Subscribed) "/" Sent
            S: * LIST (\HasNoChildren \Subscribed \Sent) "/" out
            """);
        await other.TranscriptAsync("""
            C: x UNSUBSCRIBE out
            S: x OK unsubscribed
            """);
        await connection.TranscriptAsync("""S: * LIST (\HasNoChildren \Sent) "/" out""");
    }

    [Fact]
    public async Task Filters_EachCoversItsMailboxes()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.LoginAsync();
        await connection.TranscriptAsync("""
            C: a CREATE t/u/v
            S: a OK [MAILBOXID *
            C: b UNSUBSCRIBE Sent
            S: b OK *
            C: c NOTIFY SET STATUS (subtree-one (t nosuch) (MessageNew MessageExpunge))
            S: * STATUS t (*
            S: * STATUS t/u (*
            S: c OK done
            C: d NOTIFY SET STATUS (subtree t (MessageNew MessageExpunge))
            S: * STATUS t (*
            S: * STATUS t/u (*
            S: * STATUS t/u/v (*
            S: d OK done
            C: e NOTIFY SET STATUS (inboxes (MessageNew MessageExpunge)) (mailboxes "t/u" NONE)
            S: * STATUS Inbox (*
            S: e OK done
            C: f NOTIFY SET STATUS (subscribed (MessageNew MessageExpunge FlagChange))
            S: * STATUS Archive (*
            S: * STATUS Drafts (*
            S: * STATUS Inbox (*
            S: * STATUS Junk (*
            S: * STATUS Trash (*
            S: * STATUS t (*
            S: * STATUS t/u (*
            S: * STATUS t/u/v (*
            S: f OK done
            C: g NOTIFY SET (mailboxes (Drafts Junk) (MessageNew MessageExpunge))
            S: g OK done
            """);
        await test.DeliverAsync(1, "t");
        await test.DeliverAsync(1, "Junk");
        await connection.TranscriptAsync("S: * STATUS Junk (MESSAGES 1 UIDNEXT 2 *");
    }

    // RFC 5465 section 6.3: where mail is delivered to.
    [Fact]
    public async Task Inboxes_AreWhereMailIsDeliveredTo()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.LoginAsync();
        await connection.TranscriptAsync("""
            C: a CREATE Lists/in/below
            S: a OK [MAILBOXID *
            C: b CREATE INBOX/x
            S: b OK [MAILBOXID *
            C: c NOTIFY SET STATUS (inboxes (MessageNew MessageExpunge))
            S: * STATUS Inbox (*
            S: * STATUS Inbox/x (*
            S: * STATUS Lists/in (*
            S: c OK done
            """);
    }

    // RFC 5465 section 5.5: also of names that the change takes out of the group.
    [Fact]
    public async Task SubscriptionChange_OfSubscribedMailboxes()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.LoginAsync();
        var other = await test.LoginAsync();
        await connection.TranscriptAsync("""
            C: a NOTIFY SET (subscribed (SubscriptionChange))
            S: a OK done
            """);
        await other.TranscriptAsync("""
            C: x UNSUBSCRIBE Drafts
            S: x OK unsubscribed
            """);
        await connection.TranscriptAsync("""S: * LIST (\HasNoChildren \Drafts) "/" Drafts""");
        await other.TranscriptAsync("""
            C: x SUBSCRIBE Drafts
            S: x OK subscribed
            C: y SUBSCRIBE nosuch
            S: y OK subscribed
            """);
        await connection.TranscriptAsync("""
            S: * LIST (\HasNoChildren \Subscribed \Drafts) "/" Drafts
            S: * LIST (\NonExistent \Subscribed) "/" nosuch
            """);
        // Nobody asked for names.
        await other.TranscriptAsync("""
            C: x DELETE Sent
            S: x OK deleted
            C: y UNSUBSCRIBE nosuch
            S: y OK unsubscribed
            """);
        await connection.TranscriptAsync("""S: * LIST (\NonExistent) "/" nosuch""");
    }

    // RFC 5465 sections 5.2 and 5.3: what comes and what goes is a STATUS each.
    [Fact]
    public async Task MessageExpunge_InOtherMailboxes_IsStatus()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(3);
        var connection = await test.SelectAsync("Drafts");
        var other = await test.SelectAsync();
        await connection.TranscriptAsync("""
            C: a NOTIFY SET (selected (MessageNew MessageExpunge)) (mailboxes INBOX (MessageNew MessageExpunge))
            S: a OK done
            """);
        await other.TranscriptAsync("""
            C: x STORE 1:2 +FLAGS.SILENT (\Deleted)
            S: x OK stored
            C: y EXPUNGE
            S: * 1 EXPUNGE
            S: * 1 EXPUNGE
            S: y OK *
            """);
        await connection.TranscriptAsync("S: * STATUS Inbox (MESSAGES 1 UIDNEXT 4 UIDVALIDITY *");
        // The selected mailbox is told of by its own responses, the one that it was by STATUS.
        await connection.TranscriptAsync("""
            C: b SELECT INBOX
            S...
            S: b OK *
            """);
        await test.DeliverAsync(1);
        await connection.TranscriptAsync("""
            S: * 2 EXISTS
            S: * 2 FETCH (UID 4 FLAGS ())
            """);
    }

    // RFC 5465 section 5.1: with CONDSTORE any change of flags, without it what is unseen.
    [Fact]
    public async Task FlagChange_InOtherMailboxes()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(2);
        var plain = await test.LoginAsync();
        var condstore = await test.LoginAsync();
        var other = await test.SelectAsync();
        await plain.TranscriptAsync("""
            C: a NOTIFY SET (inboxes (MessageNew MessageExpunge FlagChange))
            S: a OK done
            """);
        await condstore.TranscriptAsync("""
            C: a ENABLE CONDSTORE
            S: * ENABLED CONDSTORE
            S: a OK *
            C: b NOTIFY SET (inboxes (MessageNew MessageExpunge FlagChange))
            S: b OK done
            """);
        await other.TranscriptAsync("""
            C: x STORE 1 +FLAGS.SILENT (\Flagged)
            S: x OK stored
            """);
        string status = (await condstore.Client.ReadLineAsync())!;
        Assert.Matches(@"^\* STATUS Inbox \(MESSAGES 2 UIDNEXT 3 UIDVALIDITY \d+ UNSEEN 2 HIGHESTMODSEQ \d+\)$", status);
        await other.TranscriptAsync("""
            C: x STORE 1 +FLAGS.SILENT (\Seen)
            S: x OK stored
            """);
        Assert.Matches(@"^\* STATUS Inbox \(MESSAGES 2 UIDNEXT 3 UIDVALIDITY \d+ UNSEEN 1\)$", await plain.Client.ReadLineAsync());
        Assert.Matches(@"UNSEEN 1 HIGHESTMODSEQ \d+\)$", await condstore.Client.ReadLineAsync());
    }

    [Fact]
    public async Task MetadataEvents_AreTold()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.LoginAsync();
        var other = await test.LoginAsync();
        await connection.TranscriptAsync("""
            C: a NOTIFY SET (mailboxes INBOX (MailboxMetadataChange ServerMetadataChange))
            S: a OK done
            C: b SETMETADATA INBOX (/private/own "x")
            S: b OK set
            """);
        await other.TranscriptAsync("""
            C: x SETMETADATA Drafts (/private/a "x")
            S: x OK set
            C: y SETMETADATA INBOX (/private/a "x" /private/b "y")
            S: y OK set
            """);
        await connection.TranscriptAsync("S: * METADATA Inbox /private/a /private/b");
        await other.TranscriptAsync("""
            C: x SETMETADATA "" (/shared/comment "x")
            S: x OK set
            """);
        await connection.TranscriptAsync("""S: * METADATA "" /shared/comment""");
    }

    // RFC 5465 section 5.8. While an APPEND waits for its literal nothing can be told.
    [Fact]
    public async Task Metadata_MoreRemovedThanIsKept_OverflowsToNone()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.LoginAsync();
        await connection.TranscriptAsync("""
            C: a NOTIFY SET (personal (MailboxMetadataChange MailboxName))
            S: a OK done
            C: b APPEND Drafts {6}
            S: + *
            """);
        await SetAndRemoveAsync(test, 600);
        await connection.TranscriptAsync("""
            C: a: b
            C:
            S: * OK [NOTIFICATIONOVERFLOW] *
            S: b OK [APPENDUID *
            """);
        await SetAndRemoveAsync(test, 1);
        var other = await test.LoginAsync();
        await other.TranscriptAsync("""
            C: x CREATE new
            S: x OK [MAILBOXID *
            """);
        await connection.TranscriptAsync("""
            C: c NOOP
            S: c OK done
            C: d NOTIFY SET (personal (MailboxMetadataChange))
            S: d OK done
            """);
        await SetAndRemoveAsync(test, 1);
        await connection.TranscriptAsync("S: * METADATA Inbox /private/x0");
    }

    // Sets entries of the Inbox, removes them, and waits until the account has told of that.
    private static async Task SetAndRemoveAsync(TestImap test, int count)
    {
        using var lease = await test.Store.OpenAsync("mox", default);
        var inbox = lease.Account.Mailboxes.All.Single(m => m.Name == MailboxName.Inbox).Id;
        using var feed = lease.Account.Subscribe();
        var entries = Enumerable.Range(0, count).Select(i => AnnotationEntry.Parse($"/private/x{i}")).ToList();
        await lease.Account.SetAnnotationsAsync(inbox, [.. entries.Select(e => (e, (byte[]?)[1]))], default);
        await lease.Account.SetAnnotationsAsync(inbox, [.. entries.Select(e => (e, (byte[]?)null))], default);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        for (int heard = 0; heard < 2;)
        {
            await feed.WaitAsync(patience.Token);
            while (feed.TryRead(out _))
            {
                heard++;
            }
        }
    }

    [Fact]
    public async Task OwnDoing_IsNotTold()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.LoginAsync();
        await connection.TranscriptAsync("""
            C: a NOTIFY SET (personal (MailboxName SubscriptionChange MessageNew MessageExpunge))
            S: a OK done
            C: b CREATE x
            S: b OK [MAILBOXID *
            C: c SUBSCRIBE y
            S: c OK subscribed
            C: d RENAME x z
            S: d OK renamed
            C: e DELETE z
            S: e OK deleted
            C: f NOOP
            S: f OK done
            """);
        await test.DeliverAsync(1);
        await connection.TranscriptAsync("""
            S: * STATUS Inbox (MESSAGES 1 *
            C: g SELECT INBOX
            S...
            S: g OK *
            C: h COPY 1 Drafts
            S: h OK [COPYUID *
            C: i MOVE 1 Drafts
            S: * OK [COPYUID *
            S: * 1 EXPUNGE
            S: i OK moved
            C: j NOOP
            S: j OK done
            C: k APPEND Drafts {6+}
            C: a: b
            C:
            S: k OK [APPENDUID *
            C: l APPEND Inbox {6+}
            C: a: b
            C:
            S: l OK [APPENDUID *
            C: m EXAMINE Sent
            S...
            S: m OK *
            C: n NOOP
            S: n OK done
            C: o SELECT Drafts
            S...
            S: o OK *
            C: p REPLACE 1 Inbox {6+}
            C: a: c
            C:
            S: * OK [APPENDUID *
            S: * 1 EXPUNGE
            S: p OK *
            C: q NOOP
            S: q OK done
            """);
        // What others do there is told as ever.
        await test.DeliverAsync(1);
        await connection.TranscriptAsync("S: * STATUS Inbox (MESSAGES 3 *");
    }

    [Fact]
    public async Task QResync_ExpungeIsVanished_AndIdleTellsTheSame()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(3);
        var connection = await test.LoginAsync();
        await connection.TranscriptAsync("""
            C: a ENABLE QRESYNC
            S: * ENABLED QRESYNC
            S: a OK *
            C: b SELECT INBOX
            S...
            S: b OK [READ-WRITE] *
            C: c NOTIFY SET (selected (MessageNew MessageExpunge FlagChange)) (personal (MessageNew MessageExpunge))
            S: c OK done
            """);
        var other = await test.SelectAsync();
        await other.TranscriptAsync("""
            C: x STORE 1 +FLAGS.SILENT (\Deleted)
            S: x OK stored
            """);
        await connection.TranscriptAsync("""S: * 1 FETCH (UID 1 FLAGS (\Deleted) MODSEQ *""");
        await other.TranscriptAsync("""
            C: y EXPUNGE
            S: * 1 EXPUNGE
            S: y OK *
            """);
        await connection.TranscriptAsync("""
            S: * VANISHED 1
            C: d IDLE
            S: + idling
            """);
        await test.DeliverAsync(1, "Drafts");
        await connection.TranscriptAsync("S: * STATUS Drafts (MESSAGES 1 UIDNEXT 2 UIDVALIDITY *");
        await test.DeliverAsync(1);
        await connection.TranscriptAsync("""
            S: * 3 EXISTS
            S: * 3 FETCH (UID 4 *
            C: DONE
            S: d OK *
            """);
    }

    // A client that only listens ends up with what there is.
    [Theory]
    [InlineData("SELECTED", 1)]
    [InlineData("SELECTED-DELAYED", 2)]
    [InlineData("SELECTED-DELAYED", 3)]
    public async Task Selected_RandomChangesByOthers_TheListenersModelAgrees(string filter, int seed)
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(5);
        var connection = await test.SelectAsync();
        await connection.TranscriptAsync($"""
            C: a NOTIFY SET ({filter} (MessageNew MessageExpunge FlagChange))
            S: a OK done
            C: b FETCH 1:* (UID FLAGS)
            """);
        using var lease = await test.Store.OpenAsync("mox", default);
        var model = new ListenerModel();
        await model.ReadAsync(connection.Client, "b ");
        await ChangeAsync(lease.Account, new Random(seed), 80);
        await connection.Client.SendLineAsync("c NOOP");
        await model.ReadAsync(connection.Client, "c ");
        var inbox = lease.Account.Mailboxes.All.Single(m => m.Name == MailboxName.Inbox);
        using var view = await lease.Account.OpenViewAsync(inbox.Id, default);
        Assert.Equal(view.Current.Select(e => (e.Uid.Value, e.Flags)), model.Messages);
    }

    private static async Task ChangeAsync(Account account, Random random, int steps)
    {
        var inbox = account.Mailboxes.All.Single(m => m.Name == MailboxName.Inbox).Id;
        var drafts = account.Mailboxes.WithSpecialUse(SpecialUse.Drafts)!.Id;
        for (int i = 0; i < steps; i++)
        {
            using var view = await account.OpenViewAsync(inbox, default);
            Uid[] some = [.. view.Current.Select(e => e.Uid).Where(_ => random.Next(3) == 0)];
            switch (random.Next(5))
            {
                case 0 when view.Current.Count < 60:
                    await account.CopyAsync(inbox, some, inbox, default);
                    break;
                case 1:
                    await account.ExpungeAsync(inbox, null, default);
                    break;
                case 2 when view.Current.Count > 20:
                    await account.MoveAsync(inbox, some, drafts, default);
                    break;
                default:
                    var flags = (MessageFlags)(1 << random.Next(4));
                    var kind = random.Next(2) == 0 ? FlagChangeKind.Add : FlagChangeKind.Remove;
                    await account.StoreFlagsAsync(inbox, [.. some.Take(3)], new FlagChange(kind, flags, KeywordSet.Empty), null, default);
                    break;
            }
        }
    }

    /// <summary>What a client knows of its mailbox from what the server tells.</summary>
    private sealed class ListenerModel
    {
        private static readonly Dictionary<string, MessageFlags> Flags = new()
        {
            ["\\Seen"] = MessageFlags.Seen,
            ["\\Answered"] = MessageFlags.Answered,
            ["\\Flagged"] = MessageFlags.Flagged,
            ["\\Deleted"] = MessageFlags.Deleted,
        };

        public List<(uint Uid, MessageFlags Flags)> Messages { get; } = [];

        public async Task ReadAsync(LineClient client, string until)
        {
            while (true)
            {
                string line = (await client.ReadLineAsync())!;
                if (line.StartsWith(until, StringComparison.Ordinal))
                {
                    Assert.StartsWith(until + "OK", line);
                    return;
                }
                Take(line.Split(' '));
            }
        }

        // "* n EXISTS", "* n EXPUNGE", "* n FETCH (UID u FLAGS (...))"
        private void Take(string[] words)
        {
            int number = int.Parse(words[1], CultureInfo.InvariantCulture);
            switch (words[2])
            {
                case "EXISTS":
                    Assert.True(number >= Messages.Count);
                    break;
                case "EXPUNGE":
                    Messages.RemoveAt(number - 1);
                    break;
                default:
                    uint uid = uint.Parse(words[4], CultureInfo.InvariantCulture);
                    var flags = words[6..].Select(w => w.Trim('(', ')')).Where(w => w.Length > 0)
                        .Aggregate(MessageFlags.None, (all, w) => all | Flags[w]);
                    if (number > Messages.Count)
                    {
                        Assert.Equal(Messages.Count + 1, number);
                        Messages.Add((uid, flags));
                        break;
                    }
                    Assert.Equal(uid, Messages[number - 1].Uid);
                    Messages[number - 1] = (uid, flags);
                    break;
            }
        }
    }

    [Fact]
    public async Task ManyChangesElsewhere_TheLastStatusIsTrue()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(1);
        var connection = await test.LoginAsync();
        await connection.TranscriptAsync("""
            C: a ENABLE CONDSTORE
            S: * ENABLED CONDSTORE
            S: a OK *
            C: b NOTIFY SET (personal (MessageNew MessageExpunge FlagChange))
            S: b OK done
            """);
        using var lease = await test.Store.OpenAsync("mox", default);
        await ChangeAsync(lease.Account, new Random(4), 200);
        var inbox = lease.Account.Mailboxes.All.Single(m => m.Name == MailboxName.Inbox);
        string last = $"HIGHESTMODSEQ {inbox.HighestModSeq.Value})";
        string line;
        do
        {
            line = (await connection.Client.ReadLineAsync())!;
            Assert.StartsWith("* STATUS ", line);
        }
        while (!(line.StartsWith("* STATUS Inbox ", StringComparison.Ordinal) && line.EndsWith(last, StringComparison.Ordinal)));
        Assert.StartsWith($"* STATUS Inbox (MESSAGES {inbox.Counts.Messages} UIDNEXT {inbox.UidNext.Value} ", line);
    }

    [Fact]
    public async Task UnknownEvent_IsBadEvent_AndChangesNothing()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.LoginAsync();
        await connection.TranscriptAsync("""
            C: a NOTIFY SET (inboxes (MessageNew MessageExpunge))
            S: a OK done
            C: b NOTIFY SET (personal (MessageNew MessageExpunge AnnotationChange))
            S: b NO [BADEVENT (MessageNew MessageExpunge FlagChange MailboxName SubscriptionChange MailboxMetadataChange ServerMetadataChange)] *
            """);
        await test.DeliverAsync(1, "Drafts");
        await test.DeliverAsync(1);
        await connection.TranscriptAsync("S: * STATUS Inbox (*");
    }

    [Fact]
    public async Task Flood_IsComparedNotQueued()
    {
        await using var test = await TestImap.StartAsync();
        using var lease = await test.Store.OpenAsync("mox", default);
        var account = lease.Account;
        using var news = new AccountNews(account);
        var name = MailboxName.Parse("x");
        for (int i = 0; i < 1501; i++)
        {
            await account.SetSubscribedAsync(name, i % 2 == 0, default);
        }
        var made = await account.CreateMailboxAsync(name, SpecialUse.Junk, default);
        var differences = news.Take(static _ => false);
        Assert.Equal([name], differences.Subscriptions);
        Assert.Equal(["Junk Junk", " x"], differences.Mailboxes.Select(d => $"{d.Before?.Name} {d.After?.Name}"));
        Assert.Equal(made.Id, differences.Mailboxes[1].After!.Id);
        await account.DeleteMailboxAsync(made.Id, default);
        var gone = new List<AccountNews.Difference>();
        while (gone.Count == 0)
        {
            await WaitAsync(news);
            gone = news.Take(static _ => false).Mailboxes;
        }
        Assert.Equal([(made.Id, null)], gone.Select(d => (d.Before!.Id, d.After)));
        Assert.Empty(news.Take(static _ => false).Mailboxes);
    }

    // What cannot be told does not cost the command its answer.
    [Fact]
    public async Task News_OfAnAccountThatIsGone_LeaveTheAnswer()
    {
        await using var test = await TestImap.StartAsync();
        var connection = await test.SelectAsync();
        await connection.TranscriptAsync("""
            C: a NOTIFY SET (selected (MessageNew (UID ENVELOPE) MessageExpunge))
            S: a OK done
            C: b APPEND Drafts {6}
            S: + *
            """);
        await test.DeliverAsync(1);
        await test.Store.RemoveAsync("mox", default);
        await connection.TranscriptAsync("""
            C: a: b
            C:
            S: * 1 EXISTS
            S: b NO *
            C: c NOOP
            S: c OK done
            """);
    }

    [Theory]
    [InlineData("")]
    [InlineData("SET")]
    [InlineData("SET STATUS")]
    [InlineData("NONE x")]
    [InlineData("SET ()")]
    [InlineData("SET (selected MessageNew)")]
    [InlineData("SET (selected (MessageNew))")]
    [InlineData("SET (selected (MessageExpunge))")]
    [InlineData("SET (personal (FlagChange))")]
    [InlineData("SET (selected (MailboxName))")]
    [InlineData("SET (selected (MessageNew MessageExpunge)) (selected-delayed (MessageNew MessageExpunge))")]
    [InlineData("SET (personal (MessageNew (FLAGS) MessageExpunge))")]
    [InlineData("SET (selected (MessageNew (WHAT) MessageExpunge))")]
    [InlineData("SET (subtree (MessageNew MessageExpunge))")]
    [InlineData("SET (mailboxes () (MessageNew MessageExpunge))")]
    [InlineData("SET (everything (MessageNew MessageExpunge))")]
    [InlineData("SET (personal (MessageNew MessageExpunge)")]
    public void Parse_Bad_Throws(string text) => Assert.Throws<ImapSyntaxException>(() => Parse(text));

    [Theory]
    [InlineData("NONE", 0, false)]
    [InlineData("set status (selected none)", 1, true)]
    [InlineData("SET (selected (MessageNew (UID BODY.PEEK[TEXT]<0.5>) MessageExpunge FlagChange)) (mailboxes (a \"b c\") (x-other))", 2, false)]
    public void Parse_Good_IsTaken(string text, int groups, bool status)
    {
        var request = Parse(text);
        Assert.Equal((groups, status), (request.Groups.Count, request.Status));
    }

    private static NotifyCommand.NotifyRequest Parse(string text)
    {
        var input = new ImapScanner(Encoding.UTF8.GetBytes(" " + text));
        var request = NotifyCommand.Parse(ref input);
        input.End();
        return request;
    }

    private static async Task WaitAsync(AccountNews news)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        Assert.True(await news.WaitAsync(patience.Token));
    }
}
