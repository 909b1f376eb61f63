using System.Globalization;
using System.Text;

namespace Mox.Imap.Tests;

/// <summary>Messages that were made to hurt who reads them: each of their items comes, before the client's patience ends.</summary>
public class HostileMessageTests
{
    [Fact]
    public Task AbuseCase13_DeepMultiparts_AreFetchedAndSearched()
    {
        var text = new StringBuilder("Subject: deep\n");
        for (int i = 0; i < 2000; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"Content-Type: multipart/mixed; boundary=b{i}\n\n--b{i}\n");
        }
        return ReadAsync(text + "\nneedle\n", "BODY[1.1.1.1.1.1.1.1]");
    }

    [Fact]
    public Task AbuseCase13_ManyParts_AreFetchedAndSearched() => ReadAsync(
        "Subject: wide\nContent-Type: multipart/mixed; boundary=b\n\n" + string.Concat(Enumerable.Repeat("--b\n\nx\n", 50_000)) + "--b\n\nneedle\n--b--\n",
        "BODY[9999]");

    [Fact]
    public Task AbuseCase13_MessagesInMessages_AreFetchedAndSearched() => ReadAsync(
        string.Concat(Enumerable.Repeat("Subject: in\nContent-Type: message/rfc822\n\n", 5000)) + "Subject: last\n\nneedle\n", "BODY[1.1.1.1.HEADER]");

    [Fact]
    public Task AbuseCase15_ManyParametersAndEncodedWords_AreFetchedAndSearched()
    {
        var text = new StringBuilder("Subject:");
        text.Insert(text.Length, " =?utf-8?q?=C3=BC?=\n", 20_000).Append("Content-Type: text/plain");
        for (int i = 0; i < 20_000; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $";\n name*{i}*=%C3%BC");
        }
        return ReadAsync(text + "\n\nneedle\n", "BODY[1]");
    }

    private static async Task ReadAsync(string message, string section)
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync("Inbox", message);
        var connection = await test.SelectAsync();
        foreach (string command in new[]
        {
            "FETCH 1 BODYSTRUCTURE", "FETCH 1 BODY", $"FETCH 1 (ENVELOPE PREVIEW RFC822.SIZE {section} BINARY.SIZE[1])", "SEARCH BODY needle", "SEARCH TEXT absent SUBJECT x",
            "SORT (SUBJECT FROM) UTF-8 ALL", "THREAD REFERENCES UTF-8 ALL",
        })
        {
            await connection.Client.SendLineAsync("x " + command);
            string line;
            do
            {
                line = (await connection.Client.ReadLineAsync())!;
            }
            while (!line.StartsWith("x ", StringComparison.Ordinal));
            Assert.True(line.StartsWith("x OK ", StringComparison.Ordinal) || line.Contains("UNKNOWN-CTE", StringComparison.Ordinal), line);
        }
    }
}
