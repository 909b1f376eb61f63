using System.Security.Cryptography;
using System.Text;
using Mox.EmailAuth.Dkim;

namespace Mox.EmailAuth.Tests.Dkim;

public sealed class BodyHashTests
{
    [Theory]
    [InlineData("", "", "\r\n")]
    [InlineData("\r\n\r\n", "", "\r\n")]
    [InlineData(" \t \r\n \r\n", "", " \t \r\n \r\n")]
    [InlineData(" C \r\nD \t E\r\n\r\n\r\n", " C\r\nD E\r\n", " C \r\nD \t E\r\n")]
    [InlineData("a\r\n\r\n\r\nb", "a\r\n\r\n\r\nb\r\n", "a\r\n\r\n\r\nb\r\n")]
    [InlineData("a \r\n \r\n\r\n  b \t\r\n", "a\r\n\r\n\r\n b\r\n", "a \r\n \r\n\r\n  b \t\r\n")]
    [InlineData("a\rb\nc\r\r\n", "a\rb\nc\r\r\n", "a\rb\nc\r\r\n")]
    [InlineData("a\r", "a\r\r\n", "a\r\r\n")]
    [InlineData("a \t", "a\r\n", "a \t\r\n")]
    public void Hash_OfABody_IsThatOfItsForm(string body, string relaxed, string simple)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(body);
        foreach (var (form, expected) in new[] { (Canonicalization.Relaxed, relaxed), (Canonicalization.Simple, simple) })
        {
            byte[] hash = SHA256.HashData(Encoding.ASCII.GetBytes(expected));
            for (int split = 0; split <= bytes.Length; split++)
            {
                Assert.Equal(hash, Hash(form, bytes[..split], bytes[split..]));
            }

            Assert.Equal(hash, Hash(form, [.. bytes.Select(b => (byte[])[b])]));
        }
    }

    [Fact]
    public void Hash_OfLongBodies_IsThatOfAPlainImplementation()
    {
        Random random = new(7);
        string[] pieces = ["x", " ", "\t", "\r\n", "word", "\r", new string('y', 9000), "  "];
        for (int i = 0; i < 300; i++)
        {
            string body = string.Concat(Enumerable.Range(0, random.Next(60)).Select(_ => pieces[random.Next(pieces.Length)]));
            Assert.Equal(SHA256.HashData(Encoding.ASCII.GetBytes(Relaxed(body))), Hash(Canonicalization.Relaxed, Encoding.ASCII.GetBytes(body)));
        }
    }

    // By the letter of the RFC, line by line.
    private static string Relaxed(string body)
    {
        var lines = body.Split("\r\n").Select(line => System.Text.RegularExpressions.Regex.Replace(line, "[ \t]+", " ").TrimEnd(' ')).ToList();
        while (lines.Count > 0 && lines[^1].Length == 0)
        {
            lines.RemoveAt(lines.Count - 1);
        }

        return string.Concat(lines.Select(line => line + "\r\n"));
    }

    private static byte[] Hash(Canonicalization form, params byte[][] pieces)
    {
        using BodyHash hash = new(form);
        foreach (byte[] piece in pieces)
        {
            hash.Append(piece);
        }

        return hash.Finish();
    }
}
