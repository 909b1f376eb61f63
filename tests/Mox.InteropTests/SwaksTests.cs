namespace Mox.InteropTests;

[Collection(SharedServer.Name)]
public sealed class SwaksTests(MoxServer server)
{
    [InteropFact("swaks")]
    public async Task Plain_ToAnyAddress_ArrivesWithReturnPathAndReceived()
    {
        (await SwaksAsync("--from", "alice@example.org", "--to", "anybody@example.net", "--h-Subject", "swaks plain",
            "--body", "first line\n.starts with a dot\n..two dots\nlast line")).Expect(0);
        using MailReader reader = server.Read("INBOX");
        string message = await reader.WaitForSubjectAsync("swaks plain");
        Assert.Contains("\r\nReturn-Path: <alice@example.org>\r\n", message, StringComparison.Ordinal);
        Assert.Contains("\r\nReceived: from ", message, StringComparison.Ordinal);
        Assert.Contains("\r\n\r\nfirst line\r\n.starts with a dot\r\n..two dots\r\nlast line\r\n", message, StringComparison.Ordinal);
    }

    [InteropFact("swaks")]
    public async Task StartTls_Delivery_IsReceivedWithEsmtps()
    {
        ProgramResult result = await SwaksAsync("--tls", "--to", "anybody@example.net", "--h-Subject", "swaks tls");
        Assert.Contains("TLS started with cipher TLSv1.", result.Expect(0).Output, StringComparison.Ordinal);
        using MailReader reader = server.Read("INBOX");
        Assert.Contains("with ESMTPS", await reader.WaitForSubjectAsync("swaks tls"), StringComparison.Ordinal);
    }

    [InteropFact("swaks")]
    public async Task Pipelined_Envelope_IsAcceptedInOneBatch()
    {
        ProgramResult result = await SwaksAsync("--pipeline", "--to", "a@example.net,b@example.net", "--h-Subject", "swaks pipelined");
        Assert.Contains(" -> RCPT TO:<b@example.net>\n -> DATA\n<-  250 ", result.Expect(0).Output, StringComparison.Ordinal);
        using MailReader reader = server.Read("INBOX");
        Assert.NotEmpty(await reader.WaitForAnyAsync("swaks pipelined"));
    }

    [InteropFact("swaks")]
    public async Task Recipients_AHundred_AreAllAccepted()
    {
        string recipients = string.Join(',', Enumerable.Range(1, 100).Select(i => $"user{i}@example.net"));
        ProgramResult result = await SwaksAsync("--to", recipients, "--h-Subject", "swaks many");
        Assert.Equal(100, result.Expect(0).Output.Split(" -> RCPT TO:<user").Length - 1);
        Assert.DoesNotContain("<** ", result.Output, StringComparison.Ordinal);
        using MailReader reader = server.Read("INBOX");
        Assert.NotEmpty(await reader.WaitForAnyAsync("swaks many"));
    }

    [InteropFact("swaks")]
    public async Task ErrorLocalparts_AtRcpt_AreRefusedWithTheirCode()
    {
        // swaks ends with 24 when every recipient was refused.
        Assert.Contains("<** 451 ", (await SwaksAsync("--to", "rcpttotemperror@localhost")).Expect(24).Output, StringComparison.Ordinal);
        Assert.Contains("<** 550 ", (await SwaksAsync("--to", "rcpttopermerror@localhost")).Expect(24).Output, StringComparison.Ordinal);
        Assert.Contains("<** 452 ", (await SwaksAsync("--to", "rcptto452@localhost")).Expect(24).Output, StringComparison.Ordinal);
    }

    [InteropFact("swaks")]
    public async Task ErrorLocalparts_AtData_RefuseTheMessage()
    {
        // 26: refused after the data.
        (await SwaksAsync("--to", "temperror@localhost", "--h-Subject", "swaks refused")).Expect(26);
        (await SwaksAsync("--to", "permerror@localhost", "--h-Subject", "swaks refused")).Expect(26);
        using MailReader reader = server.Read("INBOX");
        Assert.Empty(reader.Search("HEADER Subject \"swaks refused\""));
    }

    [InteropFact("swaks")]
    public async Task Attachment_OfRandomBytes_ComesBackAsSent()
    {
        byte[] attachment = new byte[300_000];
        new Random(7).NextBytes(attachment);
        string file = Path.Combine(server.Folder, "attachment.bin");
        await File.WriteAllBytesAsync(file, attachment);
        (await SwaksAsync("--to", "a@example.net", "--h-Subject", "swaks attachment", "--body", "see attachment", "--attach", $"@{file}")).Expect(0);
        using MailReader reader = server.Read("INBOX");
        await reader.WaitForSubjectAsync("swaks attachment");
        uint uid = Assert.Single(reader.Search("HEADER Subject \"swaks attachment\""));
        ImapResponse part = reader.Command($"UID FETCH {uid} (BODY.PEEK[2])").Single(response => response.Literals.Count == 1);
        Assert.Equal(attachment, Convert.FromBase64String(System.Text.Encoding.ASCII.GetString(part.Literals[0])));
    }

    private Task<ProgramResult> SwaksAsync(params string[] arguments) =>
        Programs.RunAsync("swaks", ["--server", "127.0.0.1", "--port", $"{server.Smtp}", "--helo", "client.example", .. arguments]);
}
