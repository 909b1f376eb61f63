using System.Text;
using Mox.EmailAuth.Results;
using Mox.Mime;

namespace Mox.EmailAuth.Tests.Results;

public sealed class AuthenticationResultsTests
{
    [Fact]
    public void Compose_OfResults_IsReadAgain()
    {
        AuthenticationResults results = new("mx.example.org",
        [
            new AuthResult("spf", "pass") { Properties = [new("smtp", "mailfrom", "u@example.com")] },
            new AuthResult("dkim", "fail")
            {
                Comment = "2048 bits, without dnssec", Reason = "the body is not \"it\"", Properties = [new("header", "d", "example.com"), new("header", "b", "a/b+c=")],
            },
            new AuthResult("dmarc", "none"),
        ]);
        string field = results.Compose();
        Assert.Equal(
            """
            Authentication-Results: mx.example.org;
            	spf=pass
            		smtp.mailfrom=u@example.com;
            	dkim=fail (2048 bits, without dnssec)
            		reason="the body is not \"it\""
            		header.d=example.com
            		header.b="a/b+c=";
            	dmarc=none

            """.ReplaceLineEndings("\r\n"), field);
        Assert.True(AuthenticationResults.TryParse(Value(field), out var read));
        Assert.Equal(results.Compose(), read.Compose());
        Assert.Equal("Authentication-Results: mx.example.org; none\r\n", new AuthenticationResults("mx.example.org", []).Compose());
    }

    // (RFC 8601 appendix B)
    [Theory]
    [InlineData("example.org 1; none", "example.org")]
    [InlineData("example.com;\r\n spf=pass smtp.mailfrom=example.net", "example.com spf=pass:smtp.mailfrom=example.net")]
    [InlineData("example.com; auth=pass (cram-md5) smtp.auth=sender@example.net; spf=pass smtp.mailfrom=example.net",
        "example.com auth=pass:smtp.auth=sender@example.net spf=pass:smtp.mailfrom=example.net")]
    [InlineData("foo.example.net (foobar) 1 (baz);\r\n dkim (Because I like it) / 1 (One yay) = (wait for it) fail\r\n  policy (A dot can go here) . (like that) expired\r\n  (this surprised me) = (as I wasn't expecting it) 1362471462", null)]
    [InlineData("foo.example.net (foobar) 1 (baz); dkim (Because) / 1 (One yay) = (wait for it) fail policy.expired (x) = (y) 1362471462", "foo.example.net dkim=fail:policy.expired=1362471462")]
    [InlineData("\"quoted host\"; spf=pass", "quoted host spf=pass")]
    [InlineData("h; spf", null)]
    [InlineData("h; spf=pass smtp.mailfrom", null)]
    [InlineData("h; spf=pass (open", null)]
    [InlineData("h; spf=pass other=1", null)]
    [InlineData("", null)]
    public void Parse_OfValues_ReadsThem(string value, string? expected) => Assert.Equal(
        expected, AuthenticationResults.TryParse(value, out var read)
            ? string.Join(' ', read.Results.Select(result => $"{result.Method}={result.Result}{string.Concat(result.Properties.Select(p => $":{p.Type}.{p.Name}={p.Value}"))}").Prepend(read.Host))
            : null);

    [Theory]
    [InlineData("Authentication-Results: MX.example.org; spf=pass", true)]
    [InlineData("authentication-results: (hidden) mx.example.org. 1; spf=pass", true)]
    [InlineData("Authentication-Results: \"mx.example.org\"; spf=pass", true)]
    [InlineData("Authentication-Results: (( mx.example.org; spf=pass", true)]
    [InlineData("Authentication-Results: other.example; spf=pass smtp.mailfrom=mx.example.org", false)]
    [InlineData("X-Results: mx.example.org; spf=pass", false)]
    public void Field_ThatClaimsOurName_IsForged(string line, bool expected) => Assert.Equal(
        expected, AuthenticationResults.ClaimsToBeFrom(new HeaderBlock(Encoding.ASCII.GetBytes(line + "\r\n")).Fields().Single(), "mx.example.org"));

    [Fact]
    public void Compose_OfWhatStrangersWrote_StaysOneField()
    {
        string field = new AuthenticationResults("h", [new AuthResult("x", "y") { Comment = "a)\r\nEvil: (\\", Reason = "\r\n\"", Properties = [new("smtp", "helo", "\r\n")] }]).Compose();
        Assert.All(field.Split("\r\n")[1..^1], line => Assert.StartsWith("\t", line, StringComparison.Ordinal));
        Assert.True(AuthenticationResults.TryParse(Value(field), out _));
    }

    [Fact]
    public void Parse_OfAnything_Returns()
    {
        Random random = new(4);
        string[] pieces = ["h", ";", " ", "spf", "=", "pass", "(", ")", "\"", "\\", "/", "1", ".", "a.b=c", "none"];
        for (int i = 0; i < 20_000; i++)
        {
            _ = AuthenticationResults.TryParse(string.Concat(Enumerable.Range(0, random.Next(15)).Select(_ => pieces[random.Next(pieces.Length)])), out _);
        }
    }

    private static string Value(string field) => new HeaderBlock(Encoding.UTF8.GetBytes(field)).Fields().Single().Text();
}
