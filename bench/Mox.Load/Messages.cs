using System.Text;

namespace Mox.Load;

/// <summary>Makes messages of about a size, each with its own Message-ID; the same ones in each run.</summary>
internal static class Messages
{
    private static readonly string[] Words =
        "the quick server keeps every letter that somebody once wrote and nobody may lose while disks turn slowly under the load of the day"
            .Split(' ');

    public const string Sender = "load@load.example";

    public static byte[] Make(int number, int sizeBytes, bool withDot, string from = Sender)
    {
        StringBuilder text = new(sizeBytes + 256);
        string header = $"""
            From: Load <{from}>
            To: Somebody <somebody@localhost>
            Subject: Report {number} of the day, part {number % 97}
            Date: Fri, 20 Nov 2026 10:{number / 60 % 60:00}:{number % 60:00} +0000
            Message-ID: <{number}.{Guid.NewGuid():N}@load.example>
            MIME-Version: 1.0
            Content-Type: text/plain; charset=utf-8

            """;
        text.Append(header.ReplaceLineEndings("\r\n")).Append("\r\n");
        if (number % 200 == 0)
        {
            text.Append("This one holds the needle xyzzyplugh in its text.\r\n");
        }

        Random random = new(number);
        int column = 0;
        while (text.Length < sizeBytes - 2)
        {
            string word = Words[random.Next(Words.Length)];
            if (column + word.Length > 70)
            {
                text.Append("\r\n");
                column = 0;
            }

            text.Append(word).Append(' ');
            column += word.Length + 1;
        }

        text.Append("\r\n");
        return Encoding.ASCII.GetBytes(withDot ? text.Append(".\r\n").ToString() : text.ToString());
    }
}
