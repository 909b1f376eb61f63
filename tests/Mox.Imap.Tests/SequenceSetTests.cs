using System.Text;

namespace Mox.Imap.Tests;

public class SequenceSetTests
{
    [Theory]
    [InlineData("1", 10, "1")]
    [InlineData("1:*", 10, "1:10")]
    [InlineData("*:1", 10, "1:10")]
    [InlineData("*", 10, "10")]
    [InlineData("559:*", 10, "10:559")]
    [InlineData("3,1,2", 10, "1:3")]
    [InlineData("5:2,9,3:6", 10, "2:6,9")]
    [InlineData("2:4,4:8", 10, "2:8")]
    [InlineData("4294967295,1", 10, "1,4294967295")]
    [InlineData("1:4294967295,5", 10, "1:4294967295")]
    [InlineData("1:*", 0, "")]
    [InlineData("*", 0, "")]
    [InlineData("7", 0, "7")]
    public void Resolve_AnySet_IsSortedAndMerged(string set, uint largest, string expected) =>
        Assert.Equal(expected, string.Join(',', Parse(set).Resolve(largest).Select(r => r.First == r.Last ? $"{r.First}" : $"{r.First}:{r.Last}")));

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("1:")]
    [InlineData(":1")]
    [InlineData("1,,2")]
    [InlineData("1,")]
    [InlineData("4294967296")]
    [InlineData("a")]
    [InlineData("1:0")]
    [InlineData("-1")]
    [InlineData("**")]
    public void Parse_BadSet_Throws(string set) => Assert.Throws<ImapSyntaxException>(() => Parse(set));

    [Theory]
    [InlineData("1:10", 10, false)]
    [InlineData("1:11", 10, true)]
    [InlineData("*", 10, false)]
    [InlineData("*", 0, true)]
    [InlineData("11:*", 10, true)]
    public void HasAbove_SaysWhetherANumberIsNotThere(string set, uint largest, bool expected) =>
        Assert.Equal(expected, Parse(set).HasAbove(largest));

    [Theory]
    [InlineData("1:3,5,7:*")]
    [InlineData("*")]
    public void ToString_RoundTrips(string set) => Assert.Equal(set, Parse(set).ToString());

    [Fact]
    public void Format_Numbers_WritesRanges()
    {
        Assert.Equal("1:3,5,7:8", SequenceSet.Format([1, 2, 3, 5, 7, 8]));
        Assert.Equal("", SequenceSet.Format([]));
        Assert.Equal("4294967294:4294967295", SequenceSet.Format([4294967294, 4294967295]));
    }

    private static SequenceSet Parse(string set)
    {
        var input = new ImapScanner(Encoding.ASCII.GetBytes(set));
        var parsed = input.SequenceSet();
        input.End();
        return parsed;
    }
}
