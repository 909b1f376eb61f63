using System.Text;

namespace Mox.Store.Tests;

/// <summary>Mails of all makes out of few words, so that needles from one of them are near to the text of others.</summary>
internal sealed class RandomMails(Random random)
{
    private static readonly string[] Words =
    [
        "invoice", "Report", "voice", "port", "in", "re", "Straße", "GRÜN", "grün", "naïve", "日本語", "テスト", "Привет", "ПРИВЕТ", "ﬁnal", "final",
        "😀", "a", "\"quoted\"", "it's", "4711", "x=1&y=2", "<b>bold</b>", "ı", "ſ", "café", "cafe\u0301", "ǆ", "İstanbul", "한글",
    ];

    private readonly List<string> _sentences = [];

    public string Next()
    {
        string body = Sentence(random.Next(1, 300));
        return random.Next(6) switch
        {
            0 => $"{Header()}Content-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n",
            1 => $"{Header()}Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{Base64(body)}\r\n",
            2 => $"{Header()}Content-Type: text/html; charset=utf-8\r\n\r\n<p>{body}</p>\0after NUL {Sentence(5)}\r\n",
            3 => $"{Header()}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n{body}\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
                + $"{Header()}\r\n{Sentence(20)}\r\n--b\r\nContent-Type: application/pdf\r\n\r\nnot text: {Sentence(3)}\r\n--b--\r\n",
            4 => $"{Header()}Content-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nGr=FCn =\r\nund {Ascii(body)}\r\n",
            _ => $"{Header()}\r\n{string.Join("\r\n", Enumerable.Range(0, 40).Select(_ => Sentence(60)))}\r\n",
        };
    }

    /// <summary>A part of some text, in some case; or words that nobody wrote like that.</summary>
    public string Needle()
    {
        string text = random.Next(4) == 0 ? Sentence(random.Next(1, 6), keep: false) : _sentences[random.Next(_sentences.Count)];
        Rune[] runes = [.. text.EnumerateRunes()];
        int start = random.Next(runes.Length);
        int length = Math.Min(random.Next(1, random.Next(4) == 0 ? 80 : 12), runes.Length - start);
        string needle = string.Concat(runes.Skip(start).Take(length).Select(rune => rune.ToString()));
        return random.Next(3) switch { 0 => needle.ToUpperInvariant(), 1 => needle.ToLowerInvariant(), _ => needle };
    }

    private string Header() =>
        $"From: {Encoded(Sentence(2))} <a{random.Next(9)}@example.org>\r\nSubject: {Encoded(Sentence(4))}\r\nX-Raw: {Sentence(6)}\r\n";

    private string Sentence(int words, bool keep = true)
    {
        string sentence = string.Join(' ', Enumerable.Range(0, words).Select(_ => Words[random.Next(Words.Length)]));
        if (keep)
        {
            _sentences.Add(sentence);
        }

        return sentence;
    }

    private static string Encoded(string text) => $"=?utf-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes(text))}?=";

    private static string Base64(string text) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes(text), Base64FormattingOptions.InsertLineBreaks);

    private static string Ascii(string text) => new([.. text.Where(c => c < 128 && c != '=')]);
}
