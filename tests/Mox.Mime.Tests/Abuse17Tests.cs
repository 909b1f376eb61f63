namespace Mox.Mime.Tests;

/// <summary>Abuse case 17: messages that show one author and are checked for another.</summary>
public class Abuse17Tests
{
    private static bool TryRead(string header, out string shown, out string? problem)
    {
        var ok = MessageFrom.TryRead(new HeaderBlock(Tree.Bytes(header + "\n\n")), out var address, out problem);
        shown = address.ToString();
        return ok;
    }

    [Theory]
    [InlineData("From: a@b.example", "a@b.example")]
    [InlineData("From: \"ceo@bank.example\" <evil@x.example>", "evil@x.example")]
    [InlineData("From: ceo@bank.example <evil@x.example>", "evil@x.example")]
    [InlineData("From: ceo@bank.example (c) <evil@x.example>", "evil@x.example")]
    [InlineData("From: evil@x.example (ceo@bank.example)", "evil@x.example")]
    [InlineData("From: (ceo@bank.example) evil@x.example", "evil@x.example")]
    [InlineData("From: =?utf-8?q?ceo=40bank.example?= <evil@x.example>", "evil@x.example")]
    [InlineData("From: =?utf-8?q?ceo=40bank.example=2C?= <evil@x.example>", "evil@x.example")]
    [InlineData("From: \"a, b\" <evil@x.example>", "evil@x.example")]
    [InlineData("From: \"ceo@bank.example\"@x.example", "\"ceo@bank.example\"@x.example")]
    [InlineData("From: <@bank.example:evil@x.example>", "evil@x.example")]
    public void Abuse17_OneAuthor_IsTheOneInBrackets(string header, string expected)
    {
        Assert.True(TryRead(header, out var shown, out _));
        Assert.Equal(expected, shown);
    }

    [Theory]
    [InlineData("Subject: x", "missing")]
    [InlineData("From: a@b.example\nFrom: c@d.example", "more than one From")]
    [InlineData("From: a@b.example\nfrom : c@d.example", "more than one From")]
    [InlineData("From: a@b.example, c@d.example", "more than one address")]
    [InlineData("From: a@b.example; c@d.example", "more than one address")]
    [InlineData("From: group: a@b.example;", "group")]
    [InlineData("From: group:;", "group")]
    [InlineData("From:", "no address")]
    [InlineData("From: ,", "no address")]
    [InlineData("From: nobody", "no valid address")]
    [InlineData("From: a@b@c.example", "no valid address")]
    [InlineData("From: <a@b.example@c.example>", "no valid address")]
    [InlineData("From: a@[127.0.0.1]", "no valid address")]
    [InlineData("From: <a@b.example\0@c.example>", "control character")]
    [InlineData("From: a@b.example\0", "control character")]
    [InlineData("From: \u0001a@b.example", "control character")]
    [InlineData("From: =?utf-8?q?a=40b.example?=", "no valid address")]
    [InlineData("From: a@b.example <c@d.example>, <e@f.example>", "more than one address")]
    [InlineData("From: <>", "no valid address")]
    [InlineData("From: a@b.example <>", "no valid address")]
    public void Abuse17_AmbiguousAuthor_IsRefusedWithTheReason(string header, string reason)
    {
        Assert.False(TryRead(header, out var shown, out var problem));
        Assert.Equal("", shown);
        Assert.Contains(reason, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Abuse17_FromInBodyOrNestedMessage_IsNotTheAuthor()
    {
        Assert.False(MessageFrom.TryRead(new HeaderBlock(Tree.Bytes("Subject: x\n\nFrom: a@b.example\n")), out _, out _));
        var root = Tree.Parse("From: outer@x.example\nContent-Type: message/rfc822\n\nFrom: inner@x.example\n\n").Root;
        Assert.Equal("outer", root.Envelope!.From[0].Mailbox);
    }

    [Fact]
    public void Abuse17_FoldedFieldName_IsNoField() => Assert.False(TryRead("Fr\n om: a@b.example", out _, out _));
}
