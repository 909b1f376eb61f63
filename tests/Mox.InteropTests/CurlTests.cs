using System.Security.Cryptography;
using System.Text;

namespace Mox.InteropTests;

[Collection(SharedServer.Name)]
public sealed class CurlTests(MoxServer server)
{
    private const string Login = $"{MoxServer.User}:{MoxServer.Password}";

    [InteropFact("curl")]
    public async Task Smtp_UploadThenFetch_IsTheSameMessage()
    {
        string file = Write("curl.eml", "From: a@example.org\r\nSubject: curl smtp\r\n\r\nHello\r\n.dot\r\n");
        (await CurlAsync($"smtp://127.0.0.1:{server.Smtp}", "--mail-from", "a@example.org", "--mail-rcpt", "b@example.net", "-T", file)).Expect(0);
        uint uid = await UidAsync("curl smtp");
        ProgramResult fetched = await CurlAsync($"imap://127.0.0.1:{server.Imap}/INBOX;UID={uid}", "--ssl-reqd", "-k", "-u", Login);
        Assert.EndsWith(await File.ReadAllTextAsync(file), fetched.Expect(0).Output, StringComparison.Ordinal);
    }

    [InteropFact("curl")]
    public async Task Smtp_WithStartTlsDemanded_Delivers()
    {
        string file = Write("curltls.eml", "Subject: curl tls\r\n\r\nHello\r\n");
        (await CurlAsync($"smtp://127.0.0.1:{server.Smtp}", "--ssl-reqd", "-k", "--mail-from", "a@example.org", "--mail-rcpt", "b@example.net", "-T", file)).Expect(0);
        using MailReader reader = server.Read("INBOX");
        Assert.Contains("with ESMTPS", await reader.WaitForSubjectAsync("curl tls"), StringComparison.Ordinal);
    }

    [InteropFact("curl")]
    public async Task Smtp_WithUtf8Addresses_UsesSmtpUtf8()
    {
        string file = Write("curlutf8.eml", "From: Jörg <jörg@example.org>\r\nSubject: curl utf8 grüße\r\n\r\nHello\r\n");
        ProgramResult result = await CurlAsync($"smtp://127.0.0.1:{server.Smtp}", "-v", "--mail-from", "jörg@example.org", "--mail-rcpt", "пример@example.net", "-T", file);
        Assert.Contains("SMTPUTF8", result.Expect(0).Errors, StringComparison.Ordinal);
        using MailReader reader = server.Read("INBOX");
        string message = await reader.WaitForSubjectAsync("curl utf8");
        Assert.Contains("Return-Path: <jörg@example.org>", message, StringComparison.Ordinal);
        Assert.Contains("with UTF8SMTP", message, StringComparison.Ordinal);
    }

    [InteropFact("curl")]
    public async Task Imaps_Append_ThenFetchByIndex_IsByteForByte()
    {
        byte[] body = new byte[5_000_000];
        for (int i = 0; i < body.Length; i++)
        {
            body[i] = i % 78 == 76 ? (byte)'\r' : i % 78 == 77 ? (byte)'\n' : (byte)('!' + (i * 7 % 90));
        }

        byte[] message = [.. "Subject: curl large\r\n\r\n"u8, .. body];
        string file = Path.Combine(server.Folder, "large.eml");
        await File.WriteAllBytesAsync(file, message);
        (await CurlAsync($"imaps://127.0.0.1:{server.Imaps}", "-k", "-u", Login, "-X", "CREATE CurlLarge")).Expect(0);
        (await CurlAsync($"imaps://127.0.0.1:{server.Imaps}/CurlLarge", "-k", "-u", Login, "-T", file)).Expect(0);
        string back = Path.Combine(server.Folder, "back.eml");
        (await CurlAsync($"imaps://127.0.0.1:{server.Imaps}/CurlLarge;MAILINDEX=1", "-k", "-u", Login, "-o", back)).Expect(0);
        Assert.Equal(SHA256.HashData(message), SHA256.HashData(await File.ReadAllBytesAsync(back)));
    }

    [InteropFact("curl")]
    public async Task Imap_ListSearchAndSections_Answer()
    {
        string url = $"imaps://127.0.0.1:{server.Imaps}";
        Assert.Contains("INBOX", (await CurlAsync($"{url}/", "-k", "-u", Login)).Expect(0).Output, StringComparison.OrdinalIgnoreCase);
        using MailReader reader = server.Read();
        reader.Command("CREATE CurlParts");
        reader.Append("CurlParts", @"(\Seen)", Encoding.ASCII.GetBytes("Subject: parts\r\nX-Two: 2\r\n\r\nbody of it\r\n"));
        Assert.Contains("SEARCH 1", (await CurlAsync($"{url}/CurlParts", "-k", "-u", Login, "-X", "SEARCH SEEN")).Expect(0).Output, StringComparison.Ordinal);
        Assert.Equal("body of it\r\n", (await CurlAsync($"{url}/CurlParts;MAILINDEX=1;SECTION=TEXT", "-k", "-u", Login)).Expect(0).Output);
        Assert.Contains("X-Two: 2", (await CurlAsync($"{url}/CurlParts;MAILINDEX=1;SECTION=HEADER.FIELDS%20(X-Two)", "-k", "-u", Login)).Expect(0).Output, StringComparison.Ordinal);
    }

    [InteropFact("curl")]
    public async Task Imap_EachSaslMechanism_LogsIn()
    {
        foreach (string mechanism in (string[])["PLAIN", "LOGIN"])
        {
            ProgramResult result = await CurlAsync($"imaps://127.0.0.1:{server.Imaps}/", "-k", "-u", Login, "--login-options", $"AUTH={mechanism}");
            Assert.Contains("INBOX", result.Expect(0).Output, StringComparison.OrdinalIgnoreCase);
        }
    }

    [InteropFact("curl")]
    public async Task Imap_WithAWrongPassword_IsRefused() =>
        // 67: the server denied the login.
        (await CurlAsync($"imaps://127.0.0.1:{server.Imaps}/", "-k", "-u", $"{MoxServer.User}:wrong")).Expect(67);

    private async Task<uint> UidAsync(string subject)
    {
        using MailReader reader = server.Read("INBOX");
        await reader.WaitForSubjectAsync(subject);
        return Assert.Single(reader.Search($"HEADER Subject \"{subject}\""));
    }

    private string Write(string name, string text)
    {
        string file = Path.Combine(server.Folder, name);
        File.WriteAllText(file, text);
        return file;
    }

    private static Task<ProgramResult> CurlAsync(string url, params string[] arguments) =>
        Programs.RunAsync("curl", ["-sS", "--max-time", "60", url, .. arguments], "", null, ("LC_ALL", "C.UTF-8"));
}
