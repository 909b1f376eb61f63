namespace Mox.Store.Tests;

public class SenderEvidenceTests
{
    [Fact]
    public async Task Evidence_IsInTheRow_AndOutlivesARestart()
    {
        await using TestStore test = await TestStore.StartAsync();
        var evidence = new SenderEvidence
        {
            FromLocalPart = "ann",
            FromDomain = "mail.example.org",
            FromOrganization = "example.org",
            From = SenderProof.Dmarc,
            MailFrom = SenderProof.SoftFail,
            Ehlo = SenderProof.None,
            SigningDomains = ["example.org", "list.example"],
        };
        MessageId with = await AddAsync(test, evidence);
        MessageId nothing = await AddAsync(test, new SenderEvidence { From = SenderProof.None });
        MessageId without = await AddAsync(test, null);
        await test.RestartAsync();
        SenderEvidence read = Read(test, with, MessageColumns.Evidence)!;
        Assert.Equal(evidence.SigningDomains, read.SigningDomains);
        Assert.Equal(evidence, read with { SigningDomains = evidence.SigningDomains });
        Assert.True(read.IsFromProven);
        Assert.Equal((null, SenderProof.Unknown), (Read(test, nothing, MessageColumns.Evidence)!.FromDomain, Read(test, nothing, MessageColumns.Evidence)!.Ehlo));
        Assert.Null(Read(test, without, MessageColumns.Evidence));
        Assert.Null(Read(test, with, MessageColumns.Summary));
        MessageRow all = test.Account.ReadRows([with], (MessageColumns)1023)[0]!;
        Assert.Equal(("a@example.org", "ann", true), (all.MailFrom, all.Evidence!.FromLocalPart, all.UsualHeader is not null));
    }

    private static SenderEvidence? Read(TestStore test, MessageId id, MessageColumns columns) => test.Account.ReadRows([id], columns)[0]!.Evidence;

    private static async Task<MessageId> AddAsync(TestStore test, SenderEvidence? evidence)
    {
        using SpooledMessage content = test.Spool(TestStore.Text(1));
        var message = new NewMessage { Content = content, MailFrom = "a@example.org", Evidence = evidence };
        return (await test.Account.DeliverAsync(MailboxName.Parse("Inbox"), message, default)).MessageId;
    }
}
