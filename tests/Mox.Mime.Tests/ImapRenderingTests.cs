namespace Mox.Mime.Tests;

public class ImapRenderingTests
{
    // The message of RFC 3501 section 8 and RFC 9051 section 8, with the envelope that they give for it.
    [Fact]
    public void Envelope_OfRfc9051Example_IsAsThere()
    {
        var root = Tree.Parse("""
            Date: Wed, 17 Jul 1996 02:23:25 -0700 (PDT)
            From: Terry Gray <gray@cac.washington.edu>
            Subject: IMAP4rev2 WG mtg summary and minutes
            To: imap@cac.washington.edu
            cc: minutes@CNRI.Reston.VA.US, John Klensin <KLENSIN@MIT.EDU>
            Message-Id: <B27397-0100000@cac.washington.edu>
            MIME-Version: 1.0
            Content-Type: TEXT/PLAIN; CHARSET=US-ASCII

            """).Root;
        Assert.Equal(
            """("Wed, 17 Jul 1996 02:23:25 -0700 (PDT)" "IMAP4rev2 WG mtg summary and minutes" """
            + """(("Terry Gray" NIL "gray" "cac.washington.edu")) (("Terry Gray" NIL "gray" "cac.washington.edu")) """
            + """(("Terry Gray" NIL "gray" "cac.washington.edu")) ((NIL NIL "imap" "cac.washington.edu")) """
            + """((NIL NIL "minutes" "CNRI.Reston.VA.US")("John Klensin" NIL "KLENSIN" "MIT.EDU")) NIL NIL """
            + "\"<B27397-0100000@cac.washington.edu>\")",
            Tree.Envelope(root));
        Assert.Equal("""("text" "plain" ("charset" "US-ASCII") NIL NIL "7bit" 0 0)""", Tree.Rendered(root, extended: false));
    }

    [Fact]
    public void Envelope_OfNothing_IsAllNil() => Assert.Equal("(NIL NIL NIL NIL NIL NIL NIL NIL NIL NIL)", Tree.Envelope(Tree.Parse("\n").Root));

    [Fact]
    public void Envelope_GroupRouteAndLoneWord_AreRendered()
    {
        var root = Tree.Parse("From: A Group:Ed Jones <joe@where.test>,joe@x;\nTo: undisclosed-recipients:;\nCc: <@a,@b:c@d>\nBcc: somebody\n\n").Root;
        Assert.Equal(
            """(NIL NIL ((NIL NIL "A Group" NIL)("Ed Jones" NIL "joe" "where.test")(NIL NIL "joe" "x")(NIL NIL NIL NIL)) """
            + """((NIL NIL "A Group" NIL)("Ed Jones" NIL "joe" "where.test")(NIL NIL "joe" "x")(NIL NIL NIL NIL)) """
            + """((NIL NIL "A Group" NIL)("Ed Jones" NIL "joe" "where.test")(NIL NIL "joe" "x")(NIL NIL NIL NIL)) """
            + """((NIL NIL "undisclosed-recipients" NIL)(NIL NIL NIL NIL)) ((NIL "@a,@b" "c" "d")) ((NIL NIL "somebody" "")) NIL NIL)""",
            Tree.Envelope(root));
    }

    [Fact]
    public void Envelope_SenderAndReplyTo_AreTheirOwnWhenPresent() => Assert.Equal(
        """(NIL NIL ((NIL NIL "a" "x")) ((NIL NIL "b" "x")) ((NIL NIL "c" "x")) NIL NIL NIL "<i@x>" NIL)""",
        Tree.Envelope(Tree.Parse("From: a@x\nSender: b@x\nReply-To: c@x\nIn-Reply-To: <i@x>\n\n").Root));

    [Fact]
    public void Envelope_NonAscii_DiffersByForm()
    {
        var text = "Subject: gr\u00FC\u00DFe\nFrom: \"J\u00F6rg\" <j\u00F6rg@b\u00FCcher.example>\n\n";
        var latin = Tree.Parse(text).Root;
        var utf8 = MimeParser.Parse(System.Text.Encoding.UTF8.GetBytes(text)).Root;
        foreach (var root in new[] { latin, utf8 })
        {
            var address = """(("=?utf-8?q?J=C3=B6rg?=" NIL """ + "{5}\r\nj\u00F6rg \"xn--bcher-kva.example\"))";
            Assert.Equal($"""(NIL "=?utf-8?q?gr=C3=BC=C3=9Fe?=" {address} {address} {address} NIL NIL NIL NIL NIL)""", Tree.Envelope(root));
            address = "((\"J\u00F6rg\" NIL \"j\u00F6rg\" \"b\u00FCcher.example\"))";
            Assert.Equal($"(NIL \"gr\u00FC\u00DFe\" {address} {address} {address} NIL NIL NIL NIL NIL)", Tree.Envelope(root, ImapForm.Utf8));
        }
    }

    [Fact]
    public void Envelope_EncodedWords_StayAsReceivedInBothForms()
    {
        var root = Tree.Parse("Subject: =?iso-8859-1?Q?=E9?= x\n\n").Root;
        Assert.StartsWith("(NIL \"=?iso-8859-1?Q?=E9?= x\" ", Tree.Envelope(root), StringComparison.Ordinal);
        Assert.StartsWith("(NIL \"=?iso-8859-1?Q?=E9?= x\" ", Tree.Envelope(root, ImapForm.Utf8), StringComparison.Ordinal);
    }

    [Fact]
    public void Envelope_QuotesBackslashesNulAndLength_AreSafe()
    {
        Assert.StartsWith("""(NIL "a\"b\\c" """, Tree.Envelope(Tree.Parse("Subject: a\"b\\c\n\n").Root), StringComparison.Ordinal);
        Assert.StartsWith("(NIL \"ab\" ", Tree.Envelope(Tree.Parse("Subject: a\0b\n\n").Root), StringComparison.Ordinal);
        var longText = new string('x', 5_000);
        Assert.StartsWith($"(NIL {{5000}}\r\n{longText} ", Tree.Envelope(Tree.Parse($"Subject: {longText}\n\n").Root), StringComparison.Ordinal);
    }

    [Fact]
    public void BodyStructure_OfMixedMessage_HasBothForms()
    {
        // The shape of the example in RFC 9051 section 7.5.2.
        var root = Tree.Parse("""
            Content-Type: multipart/mixed; boundary=b

            --b
            Content-Type: TEXT/PLAIN; CHARSET=US-ASCII

            one
            --b
            Content-Type: TEXT/PLAIN; CHARSET=US-ASCII; NAME="cc.diff"
            Content-ID: <960723163407.20117h@cac.washington.edu>
            Content-Description: Compiler diff
            Content-Transfer-Encoding: BASE64
            Content-Disposition: attachment; filename="cc.diff"
            Content-Language: en
            Content-MD5: abc=

            AAAA
            --b--
            """).Root;
        Assert.Equal(
            """(("text" "plain" ("charset" "US-ASCII") NIL NIL "7bit" 3 1)("text" "plain" ("charset" "US-ASCII" "name" "cc.diff") """
            + """ "<960723163407.20117h@cac.washington.edu>" "Compiler diff" "base64" 4 1) "mixed")""".TrimStart(),
            Tree.Rendered(root, extended: false));
        Assert.Equal(
            """(("text" "plain" ("charset" "US-ASCII") NIL NIL "7bit" 3 1 NIL NIL NIL NIL)("text" "plain" ("charset" "US-ASCII" "name" "cc.diff") """
            + """ "<960723163407.20117h@cac.washington.edu>" "Compiler diff" "base64" 4 1 "abc=" ("attachment" ("filename" "cc.diff")) ("en") NIL)"""
                .TrimStart()
            + """ "mixed" ("boundary" "b") NIL NIL NIL)""",
            Tree.Rendered(root));
    }

    [Fact]
    public void BodyStructure_OfMessage_HasEnvelopeStructureAndLines()
    {
        var root = Tree.Parse("Content-Type: message/rfc822\n\nSubject: n\n\nx\n").Root;
        Assert.Equal(
            """("message" "rfc822" NIL NIL NIL "7bit" 17 (NIL "n" NIL NIL NIL NIL NIL NIL NIL NIL) """
            + """("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 3 1 NIL NIL NIL NIL) 3 NIL NIL NIL NIL)""",
            Tree.Rendered(root));
    }

    [Fact]
    public void BodyStructure_OfGlobalMessage_IsBasicForRev1()
    {
        var root = Tree.Parse("Content-Type: message/global\n\nSubject: n\n\nx\n").Root;
        Assert.Equal("""("message" "global" NIL NIL NIL "7bit" 17 NIL NIL NIL NIL)""", Tree.Rendered(root));
        Assert.Contains("(NIL \"n\" NIL", Tree.Rendered(root, form: ImapForm.Utf8), StringComparison.Ordinal);
    }

    [Fact]
    public void BodyStructure_OfEncodedMessage_IsAFile() => Assert.StartsWith(
        """("application" "octet-stream" NIL NIL NIL "base64" """,
        Tree.Rendered(Tree.Parse("Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nAAAA").Root),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("name*=utf-8''%E2%82%AC", "\"name*\" \"utf-8''%E2%82%AC\"", "\"name*\" \"\u20AC\"")]
    [InlineData("name*0*=utf-8''%E2; name*1*=%82%AC; name*2=a", "\"name*\" \"utf-8''%E2%82%ACa\"", "\"name*\" \"\u20ACa\"")]
    [InlineData("name*0=a; name*1=\"b c\"", "\"name\" \"ab c\"", "\"name\" \"ab c\"")]
    [InlineData("name=\"\u00E9\"", "\"name*\" \"utf-8''%C3%A9\"", "\"name\" \"\u00E9\"")]
    [InlineData("name=\"=?utf-8?q?x?=\"", "\"name\" \"=?utf-8?q?x?=\"", "\"name\" \"=?utf-8?q?x?=\"")]
    [InlineData("name=\"a\\\"b\"", "\"name\" \"a\\\"b\"", "\"name\" \"a\\\"b\"")]
    [InlineData("name*=''%0D%0A)", "\"name*\" \"''%0D%0A)\"", "\"name*\" \"  )\"")]
    public void BodyStructure_Parameters_AreJoinedAndDecodedByForm(string parameter, string rev1, string utf8)
    {
        var root = Tree.Parse($"Content-Type: image/png; {parameter}\n\n").Root;
        Assert.StartsWith($"(\"image\" \"png\" ({rev1}) NIL", Tree.Rendered(root), StringComparison.Ordinal);
        Assert.StartsWith($"(\"image\" \"png\" ({utf8}) NIL", Tree.Rendered(root, form: ImapForm.Utf8), StringComparison.Ordinal);
    }
}
