namespace Mox.Imap.Tests.Commands;

/// <summary>FETCH BINARY (RFC 3516).</summary>
public class BinaryTests
{
    private const string Message = """
        From: ann@example.org
        Subject: parts
        MIME-Version: 1.0
        Content-Type: multipart/mixed; boundary=b

        --b
        Content-Type: text/plain; charset=utf-8
        Content-Transfer-Encoding: quoted-printable

        gr=C3=BCn =
        und rot
        --b
        Content-Type: application/octet-stream
        Content-Transfer-Encoding: base64

        AAECAwQFBgcICQ==
        --b
        Content-Type: application/x-strange
        Content-Transfer-Encoding: x-strange

        whatever
        --b
        Content-Type: message/rfc822

        Subject: inner
        Content-Transfer-Encoding: base64

        aW5uZXI=
        --b--

        """;

    [Fact]
    public async Task Fetch_Binary_IsDecoded()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync("Inbox", Message);
        var connection = await test.SelectAsync();
        await connection.TranscriptAsync("""
            C: a FETCH 1 (BINARY.SIZE[1] BINARY.SIZE[2] BINARY.SIZE[4] BINARY.SIZE[4.1] BINARY.SIZE[9] BINARY.PEEK[1])
            S: * 1 FETCH (BINARY.SIZE[1] 13 BINARY.SIZE[2] 10 BINARY.SIZE[4] 61 BINARY.SIZE[4.1] 5 BINARY.SIZE[9] 0 BINARY[1] ~{13}
            S: grün und rot)
            S: a OK fetched
            C: b FETCH 1 (FLAGS BINARY.PEEK[4.1]<1.3> BINARY.PEEK[4.1]<4.99> BINARY.PEEK[4.1]<9.9> BINARY.PEEK[9])
            S: * 1 FETCH (FLAGS () BINARY[4.1]<1> ~{3}
            S: nne BINARY[4.1]<4> ~{1}
            S: r BINARY[4.1]<9> ~{0}
            S:  BINARY[9] NIL)
            S: b OK fetched
            C: c FETCH 1 BINARY[4]<0.14>
            S: * 1 FETCH (BINARY[4]<0> ~{14}
            S: Subject: inner)
            S: * 1 FETCH (UID 1 FLAGS (\Seen))
            S: c OK fetched
            """);
        await connection.Client.SendLineAsync("d FETCH 1 BINARY[2]");
        Assert.Equal("* 1 FETCH (BINARY[2] ~{10}", await connection.Client.ReadLineAsync());
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], await connection.Client.ReadBytesAsync(10));
        Assert.Equal(")", await connection.Client.ReadLineAsync());
    }

    [Fact]
    public async Task Fetch_BinaryOfUnknownEncoding_IsRefused()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync("Inbox", Message);
        var connection = await test.SelectAsync();
        await connection.TranscriptAsync("""
            C: a FETCH 1 BINARY.PEEK[3]
            S: a NO [UNKNOWN-CTE] *
            C: b FETCH 1 (FLAGS BINARY.SIZE[3])
            S: b NO [UNKNOWN-CTE] *
            C: c FETCH 1 BODY.PEEK[3]
            S: * 1 FETCH (BODY[3] {8}
            S: whatever)
            S: c OK fetched
            """);
    }

    [Fact]
    public async Task Fetch_BinaryOfAllOfTheMessage_IsItsBytes()
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync("Inbox", "Subject: x\n\nHello.\n");
        var connection = await test.SelectAsync();
        await connection.TranscriptAsync("""
            C: a UID FETCH 1 (BINARY.SIZE[] BINARY.PEEK[])
            S: * 1 FETCH (UID 1 BINARY.SIZE[] 22 BINARY[] ~{22}
            S: Subject: x
            S: 
            S: Hello.
            S: )
            S: a OK fetched
            """);
    }

    [Theory]
    [InlineData("BINARY")]
    [InlineData("BINARY[TEXT]")]
    [InlineData("BINARY[1.MIME]")]
    [InlineData("BINARY[0]")]
    [InlineData("BINARY[1]<0.0>")]
    [InlineData("BINARY.SIZE[1]<0.5>")]
    [InlineData("BINARY.PEEK")]
    [InlineData("BINARY.SIZE")]
    public async Task Fetch_BadBinary_IsBad(string item)
    {
        await using var test = await TestImap.StartAsync();
        await test.DeliverAsync(1);
        var connection = await test.SelectAsync();
        await connection.TranscriptAsync($"""
            C: a FETCH 1 {item}
            S: a BAD *
            """);
    }

    [Fact]
    public async Task Fetch_LargeBinaryInPieces_IsWhole()
    {
        await using var test = await TestImap.StartAsync();
        byte[] bytes = new byte[300_001];
        new Random(5).NextBytes(bytes);
        await test.DeliverAsync(
            "Inbox", $"Content-Type: image/png\nContent-Transfer-Encoding: base64\n\n{Convert.ToBase64String(bytes, Base64FormattingOptions.InsertLineBreaks)}\n");
        var connection = await test.SelectAsync();
        var got = new List<byte>();
        while (got.Count < bytes.Length)
        {
            await connection.Client.SendLineAsync($"a FETCH 1 BINARY.PEEK[1]<{got.Count}.100000>");
            string line = (await connection.Client.ReadLineAsync())!;
            int count = int.Parse(line[(line.LastIndexOf('{') + 1)..^1], System.Globalization.CultureInfo.InvariantCulture);
            got.AddRange(await connection.Client.ReadBytesAsync(count));
            Assert.Equal(")", await connection.Client.ReadLineAsync());
            Assert.Equal("a OK fetched", await connection.Client.ReadLineAsync());
        }
        Assert.Equal(bytes, got);
    }
}
