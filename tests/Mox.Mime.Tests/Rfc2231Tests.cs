namespace Mox.Mime.Tests;

public class Rfc2231Tests
{
    private static string Parameters(string text) =>
        string.Join("; ", Tree.Parse($"Content-Type: a/b; {text}\n\n").Root.Parameters.Select(p => $"{p.Name}={p.Value}"));

    // The examples of RFC 2231 sections 3 and 4, and what is seen.
    [Theory]
    [InlineData("URL*0=\"ftp://\"; URL*1=\"cs.utk.edu/pub/moore/bulk-mailer/bulk-mailer.tar\"", "url=ftp://cs.utk.edu/pub/moore/bulk-mailer/bulk-mailer.tar")]
    [InlineData("title*=us-ascii'en-us'This%20is%20%2A%2A%2Afun%2A%2A%2A", "title=This is ***fun***")]
    [InlineData("title*0*=us-ascii'en'This%20is%20even%20more%20; title*1*=%2A%2A%2Afun%2A%2A%2A%20; title*2=\"isn't it!\"", "title=This is even more ***fun*** isn't it!")]
    [InlineData("n*1=b; n*0=a", "n=ab")]
    [InlineData("n*0=a; n*2=c", "n=a")]
    [InlineData("n*1=b", "n=")]
    [InlineData("n*0=a; n*0=x; n*1=b", "n=ab")]
    [InlineData("n=plain; n*=utf-8''%C3%A9", "n=\u00E9")]
    [InlineData("n*0=a; n=plain", "n=plain")]
    [InlineData("n=1; n=2", "n=1")]
    [InlineData("n*=no-quotes%20here", "n=no-quotes here")]
    [InlineData("n*=utf-8''%ZZ%C3%", "n=%ZZ\uFFFD%")]
    [InlineData("n*=iso-8859-15''%A4", "n=\u20AC")]
    [InlineData("n*=unknown''%E9", "n=\u00E9")]
    [InlineData("n*x=1", "n*x=1")]
    [InlineData("n*99999999999=1", "n*99999999999=1")]
    [InlineData("*=1", "*=1")]
    [InlineData("a=1; ; b=2;", "a=1; b=2")]
    [InlineData("a=1 b=2", "a=1 b=2")]
    [InlineData("a=\"1\" b=2; c=3", "a=1; c=3")]
    [InlineData("a", "")]
    [InlineData("a=", "a=")]
    [InlineData("=x; b=1", "b=1")]
    [InlineData("a (c) = (d) \"x;y\" ; b=1", "a=x;y; b=1")]
    [InlineData("a=\"C:\\dir\\file\"", "a=C:\\dir\\file")]
    [InlineData("a=\"unfinished", "a=unfinished")]
    public void Parameters_AreJoinedAndDecoded(string text, string expected) => Assert.Equal(expected, Parameters(text));

    [Theory]
    [InlineData("a.txt")]
    [InlineData("gr\u00FC\u00DFe \U0001F600.txt")]
    [InlineData("a'b%c*d\"e")]
    public void Encode_AnyText_DecodesToItself(string text) => Assert.Equal($"n={text}", Parameters($"n*={Rfc2231.Encode(text)}"));
}
