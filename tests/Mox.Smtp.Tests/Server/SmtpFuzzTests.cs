using System.Text;
using Microsoft.Extensions.Logging;

namespace Mox.Smtp.Tests.Server;

/// <summary>Seeded random input in every state: the session answers and ends, and nothing is our own fault.</summary>
public sealed class SmtpFuzzTests
{
    private static readonly string[] States =
    [
        "", "EHLO x\r\n", "EHLO x\r\nMAIL FROM:<a@there.example>\r\n",
        "EHLO x\r\nMAIL FROM:<a@there.example>\r\nRCPT TO:<bob@here.example>\r\n",
        "EHLO x\r\nMAIL FROM:<a@there.example>\r\nRCPT TO:<bob@here.example>\r\nBDAT 2\r\nab",
        "EHLO x\r\nMAIL FROM:<a@there.example>\r\nRCPT TO:<bob@here.example>\r\nDATA\r\n",
        "EHLO x\r\nAUTH TALK =\r\n",
        "EHLO x\r\nAUTH PLAIN AG1veEBoZXJlLmV4YW1wbGUAc2VjcmV0\r\n",
        "EHLO x\r\nAUTH PLAIN AG1veEBoZXJlLmV4YW1wbGUAc2VjcmV0\r\nMAIL FROM:<mox@here.example>\r\n",
    ];

    private static readonly string[] Words =
    [
        "EHLO", "HELO", "MAIL FROM:", "RCPT TO:", "DATA", "BDAT", "RSET", "NOOP", "HELP", "VRFY", "EXPN", "AUTH PLAIN", "AUTH LOGIN ", "AUTH TALK ", "AGEAYg==", "*", "RET=HDRS", "ENVID=", "NOTIFY=", "ORCPT=rfc822;", "HOLDFOR=", "STARTTLS", "QUIT", "LAST",
        "<a@here.example>", "<>", "<\"a\\\"b\"@here.example>", "<@x.example:a@here.example>", "SIZE=", "BODY=8BITMIME", "SMTPUTF8", "99999999999999999999",
        "0", "3", " ", "  ", "\t", "\r", "\n", "\r\n", "\r\n.\r\n", ".", "\0", "[", "[IPv6:", "ü", "\u202e", "\ud83d\ude00", "=", "+", new('a', 300), new('b', 3000),
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task RandomCommands_InEveryState_NeverFault(int seed)
    {
        var random = new Random(seed);
        using var smtp = new SmtpFixture();
        for (int i = 0; i < 300; i++)
        {
            var input = new StringBuilder(States[random.Next(States.Length)]);
            for (int j = random.Next(1, 25); j > 0; j--)
            {
                input.Append(random.Next(12) == 0 ? ((char)random.Next(256)).ToString() : Words[random.Next(Words.Length)]);
                if (random.Next(4) == 0)
                {
                    input.Append("\r\n");
                }
            }
            await using var connection = smtp.Connect(random.Next(2) == 0 ? SmtpFixture.Options : SmtpFixture.SubmitInClear);
            byte[] bytes = Encoding.UTF8.GetBytes(input.ToString());
            int cut = random.Next(bytes.Length);
            await connection.Client.SendAsync(bytes.AsMemory(0, cut));
            await connection.Client.SendAsync(bytes.AsMemory(cut));
            await connection.Client.CloseSendingAsync();
            string replies = await connection.Client.ReadToEndAsync();
            await connection.Completion;
            foreach (string line in replies.Split("\r\n", StringSplitOptions.RemoveEmptyEntries))
            {
                Assert.Matches("^[2345][0-9][0-9][- ][ -~]*$", line);
                Assert.True(line.Length <= 510, line);
            }
        }
        Assert.DoesNotContain(smtp.Logs.Entries, e => e.Level > LogLevel.Debug);
        Assert.All(smtp.Mail.Transactions, t => Assert.Equal(1, t.Disposed));
        // A message is only delivered once its end was there.
        Assert.All(smtp.Mail.Delivered, t => Assert.NotEmpty(t.Recipients));
        Assert.All(smtp.Submission.Transactions, t => Assert.Equal(1, t.Disposed));
        Assert.All(smtp.Submission.Submitted, t => Assert.NotEmpty(t.Recipients));
        Assert.Equal(0, smtp.Time.ActiveTimers);
    }
}
