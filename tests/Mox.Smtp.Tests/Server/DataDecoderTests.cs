using System.Text;
using Mox.Smtp.Server;
using Mox.Testing;

namespace Mox.Smtp.Tests.Server;

public class DataDecoderTests
{
    // input after 354, content, what is left after the end, spoiled
    public static TheoryData<string, string, string, bool> Table => new()
    {
        { ".\r\n", "", "", false },
        { "a\r\n.\r\n", "a\r\n", "", false },
        { "a\r\n.\r\nQUIT\r\n", "a\r\n", "QUIT\r\n", false },
        { "\r\n.\r\n", "\r\n", "", false },
        { "..\r\n.\r\n", ".\r\n", "", false },
        { "a\r\n..b\r\n...\r\n.\r\n", "a\r\n.b\r\n..\r\n", "", false },
        { "a\r\n.b\r\n.\r\n", "a\r\nb\r\n", "", false },
        { "a\nb\r\n.\r\n", "a\r\nb\r\n", "", false },
        { "a\n\nb\r\n.\r\n", "a\r\n\r\nb\r\n", "", false },
        { "a\n.b\r\n.\r\n", "a\r\n.b\r\n", "", false },
        { "a\n..b\r\n.\r\n", "a\r\n..b\r\n", "", false },
        { "a\n\r\n.\r\n", "a\r\n\r\n", "", false },
        { "a\r\n\n.b\r\n.\r\n", "a\r\n\r\n.b\r\n", "", false },
        { "a\0b\r\n.\r\n", "a\0b\r\n", "", false },
        // A dot that is not alone, or not at the start of a line.
        { "a.\r\n.\r\n", "a.\r\n", "", false },
        { "a\r\n. \r\n.\r\n", "a\r\n \r\n", "", false },
        { "a\r\n\0.\r\n.\r\n", "a\r\n\0.\r\n", "", false },
    };

    /// <summary>Sequences that one server takes for the end and another does not: all spoil the message, none ends it.</summary>
    public static TheoryData<string> Smuggling =>
    [
        "\n.\n", "\r\n.\n", "\n.\r\n", "\r.\r", "\r\n.\r", "\r.\r\n", "\n.\r", "\r.\n", "\r\n.\r\r\n", "\r\r\n.\n", "\n\n.\n", "\r\n\r.\r\n", "\r\n.\rX\r\n",
    ];

    [Theory]
    [MemberData(nameof(Table))]
    public void Decode_HoweverSplit_GivesTheContent(string input, string content, string rest, bool isSpoiled)
    {
        foreach (var pieces in SplitEverywhere.Of(input))
        {
            var result = Decode(pieces);
            Assert.Equal(content, result.Content);
            Assert.Equal(rest, result.Left);
            Assert.True(result.IsEnd);
            Assert.Equal(isSpoiled, result.IsSpoiled);
        }
    }

    [Theory]
    [MemberData(nameof(Smuggling))]
    public void Decode_SmugglingSequence_SpoilsAndDoesNotEnd(string sequence)
    {
        foreach (var pieces in SplitEverywhere.Of("a" + sequence + "MAIL FROM:<x@y.example>\r\n.\r\nNEXT"))
        {
            var result = Decode(pieces);
            Assert.True(result.IsSpoiled);
            Assert.True(result.IsEnd);
            Assert.Equal("NEXT", result.Left);
        }
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public void Decode_BareLineFeed_IsRefusedOnlyByOption(bool refuse, bool isSpoiled)
    {
        var result = Decode([Encoding.Latin1.GetBytes("a\nb\r\n.\r\n")], refuse);
        Assert.Equal(isSpoiled, result.IsSpoiled);
    }

    [Fact]
    public void Decode_EveryShortInput_IsAsTheSlowOracleSays()
    {
        // All strings of up to seven characters over the five that matter.
        char[] alphabet = ['\r', '\n', '.', 'a', '\0'];
        for (int length = 0; length <= 7; length++)
        {
            int count = (int)Math.Pow(alphabet.Length, length);
            for (int n = 0; n < count; n++)
            {
                var text = new StringBuilder();
                for (int i = 0, rest = n; i < length; i++, rest /= alphabet.Length)
                {
                    text.Append(alphabet[rest % alphabet.Length]);
                }
                text.Append("\r\n.\r\nREST");
                Check(text.ToString(), [Encoding.Latin1.GetBytes(text.ToString())]);
            }
        }
    }

    [Fact]
    public void Decode_RandomInputRandomlySplit_IsAsTheSlowOracleSays()
    {
        var random = new Random(11);
        for (int i = 0; i < 3000; i++)
        {
            var text = new StringBuilder();
            for (int j = random.Next(60); j > 0; j--)
            {
                text.Append(random.Next(8) switch { 0 => "\r", 1 => "\n", 2 => ".", 3 => "\r\n", 4 => "\r\n.", _ => "x" });
            }
            text.Append("\r\n.\r\nREST");
            byte[] bytes = Encoding.Latin1.GetBytes(text.ToString());
            var pieces = new List<ReadOnlyMemory<byte>>();
            for (int at = 0; at < bytes.Length;)
            {
                int size = Math.Min(bytes.Length - at, random.Next(1, 9));
                pieces.Add(bytes.AsMemory(at, size));
                at += size;
            }
            Check(text.ToString(), pieces);
        }
    }

    private static void Check(string text, IReadOnlyList<ReadOnlyMemory<byte>> pieces)
    {
        var (content, rest, isSpoiled) = Oracle(text);
        var result = Decode(pieces);
        Assert.True(result.IsEnd);
        Assert.Equal(rest, result.Left);
        Assert.Equal(isSpoiled, result.IsSpoiled);
        if (!isSpoiled)
        {
            Assert.Equal(content, result.Content);
        }
    }

    /// <summary>The rules, said once more and slowly: cut at the first true end, then look at each line.</summary>
    private static (string Content, string Left, bool IsSpoiled) Oracle(string text)
    {
        int end = text.StartsWith(".\r\n", StringComparison.Ordinal) ? 0 : text.IndexOf("\r\n.\r\n", StringComparison.Ordinal) + 2;
        string body = text[..end];
        string rest = text[(end + 3)..];
        bool hasBareCr = body.Replace("\r\n", "", StringComparison.Ordinal).Contains('\r', StringComparison.Ordinal);
        var content = new StringBuilder();
        bool hasBadDot = false;
        bool afterCrLf = true;
        foreach (string crlfLine in body.Split("\r\n")[..^1])
        {
            string[] lines = crlfLine.Split('\n');
            for (int i = 0; i < lines.Length; i++)
            {
                bool endsInCrLf = i == lines.Length - 1;
                afterCrLf = i == 0;
                hasBadDot |= lines[i] == "." && !(afterCrLf && endsInCrLf);
                content.Append(afterCrLf && lines[i].StartsWith('.') ? lines[i][1..] : lines[i]).Append("\r\n");
            }
        }
        return (content.ToString(), rest, hasBareCr || hasBadDot);
    }

    private static (string Content, string Left, bool IsEnd, bool IsSpoiled) Decode(IEnumerable<ReadOnlyMemory<byte>> pieces, bool refuse = false)
    {
        var decoder = new DataDecoder(refuse);
        var transaction = new FakeTransaction();
        var sink = new ContentSink(transaction, long.MaxValue);
        var rest = new StringBuilder();
        bool isEnd = false;
        foreach (var piece in pieces)
        {
            int used = isEnd ? 0 : decoder.Decode(piece.Span, sink, out isEnd);
            rest.Append(Encoding.Latin1.GetString(piece.Span[used..]));
        }
        return (Encoding.Latin1.GetString(transaction.Content.ToArray()), rest.ToString(), isEnd, decoder.IsSpoiled);
    }
}
