namespace Mox.Addresses.Tests;

public class AddressTests
{
    [Theory]
    [InlineData("a@example.com", "a@example.com", "a@example.com")]
    [InlineData("A@EXAMPLE.com", "A@example.com", "A@example.com")]
    [InlineData("\"a@b\"@example.com", "\"a@b\"@example.com", "\"a@b\"@example.com")]
    [InlineData("\"\"@example.com", "\"\"@example.com", "\"\"@example.com")]
    [InlineData("\u00E9@B\u00DCcher.example", "\u00E9@b\u00FCcher.example", "\u00E9@xn--bcher-kva.example")]
    public void Parse_Good_HasBothForms(string text, string shown, string ascii)
    {
        var address = Address.Parse(text);
        Assert.Equal(shown, address.ToString());
        Assert.Equal(ascii, address.ToAsciiString());
        Assert.Equal(address, Address.Parse(shown));
        Assert.Equal(address, Address.Parse(ascii));
    }

    [Theory]
    [InlineData("", "localpart")]
    [InlineData("a", "@ is missing")]
    [InlineData("@example.com", "localpart")]
    [InlineData("a@", "domain")]
    [InlineData("a@b@c", "domain")]
    [InlineData("a b@c", "unexpected character at 1")]
    [InlineData("<a@b>", "localpart")]
    [InlineData("a@[127.0.0.1]", "domain")]
    [InlineData("a@example.com.", "domain")]
    [InlineData(" a@example.com", "localpart")]
    [InlineData("a@example.com\r\n", "domain")]
    public void Parse_Bad_SaysWhy(string text, string reason)
    {
        Assert.False(Address.TryParse(text, out var address, out var problem));
        Assert.True(address.IsEmpty);
        Assert.Contains(reason, problem, StringComparison.Ordinal);
        Assert.Throws<FormatException>(() => Address.Parse(text));
    }

    [Fact]
    public void Default_IsEmpty()
    {
        Assert.True(default(Address).IsEmpty);
        Assert.Equal("", default(Address).ToString());
        Assert.Equal("", default(Address).ToAsciiString());
        Assert.False(Address.TryParse(null, out _));
    }

    [Fact]
    public void Order_IsByDomainThenLocalPart()
    {
        Address[] sorted = [Address.Parse("z@a.com"), Address.Parse("a@b.com"), Address.Parse("b@b.com")];
        Assert.Equal(sorted, sorted.Reverse().Order());
        Assert.True(sorted[0] < sorted[1] && sorted[2] > sorted[1] && sorted[0] <= sorted[0] && sorted[0] >= sorted[0]);
    }

    [Fact]
    public void Fold_ForCaseInsensitiveDomains_Joins() =>
        Assert.Equal(Address.Parse("Mox@example.com").Fold(), Address.Parse("mOX@EXAMPLE.com").Fold());
}
