using System.Text;

namespace Mox.InteropTests.Authentication;

/// <summary>Messages that are hard to sign: folding, white space, what is there twice, bodies of all ends.</summary>
internal static class DkimMessages
{
    private const string Header = "From: Anna <anna@sign.example>\r\nTo: ben@example.net\r\nSubject: hello\r\nDate: Sat, 21 Nov 2026 10:00:00 +0000\r\nMessage-ID: <1@sign.example>\r\n";

    /// <summary>All of them, a byte for a character.</summary>
    public static IReadOnlyDictionary<string, byte[]> All { get; } = new Dictionary<string, string>
    {
        ["plain"] = Header + "\r\nHello Ben\r\n",
        ["folded"] = "From: Anna\r\n <anna@sign.example>\r\nSubject:  many \t words\r\n\tin  many\r\n   lines \t \r\nto:ben@example.net\r\nDATE:Sat, 21 Nov 2026 10:00:00 +0000\r\n\r\nHello\r\n",
        ["empty-fields"] = "From: anna@sign.example\r\nSubject:\r\nCc: \r\nReply-To:\t\r\nDate: Sat, 21 Nov 2026 10:00:00 +0000\r\n\r\nHello\r\n",
        ["twice"] = "Received: one\r\nTo: first@example.net\r\nReceived: two\r\nTo: second@example.net\r\nReceived: three\r\n" + Header + "\r\nHello\r\n",
        ["eight-bit"] = "From: J\u00c3\u00b6rg <joerg@sign.example>\r\nSubject: Gr\u00c3\u00bc\u00c3\u009fe\r\nDate: Sat, 21 Nov 2026 10:00:00 +0000\r\n\r\nGr\u00c3\u00bc\u00c3\u009fe und \u00ff\u00fe\r\n",
        ["white-space-in-body"] = Header + "\r\nwords  and \t more \t\r\n \t \r\n  indented\r\n\t\r\nend \r\n",
        ["empty-lines-at-the-end"] = Header + "\r\nHello\r\n\r\n\r\n\r\n",
        ["blank-lines-at-the-end"] = Header + "\r\nHello\r\n \t\r\n\r\n \r\n",
        ["empty-body"] = Header + "\r\n",
        ["body-of-empty-lines"] = Header + "\r\n\r\n\r\n\r\n",
        ["dots"] = Header + "\r\n.\r\n..\r\n.hidden\r\n",
        ["long-lines"] = Header + "\r\n" + new string('x', 5000) + "\r\n" + string.Concat(Enumerable.Repeat("a b ", 2000)) + "\r\n",
        ["large"] = Header + "\r\n" + string.Concat(Enumerable.Range(0, 5_000).Select(i => $"line {i}  with\twords\r\n")),
        ["list"] = Header + "List-Id: <l.sign.example>\r\nList-Unsubscribe: <mailto:l@sign.example>,\r\n\t<https://sign.example/u>\r\nContent-Type: multipart/mixed;\r\n boundary=\"b\"\r\n"
            + "References: <a@x>\r\n <b@x>\r\nIn-Reply-To: <b@x>\r\n\r\n--b\r\n\r\ntext\r\n--b--\r\n",
    }.ToDictionary(message => message.Key, message => Encoding.Latin1.GetBytes(message.Value));
}
