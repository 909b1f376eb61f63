using System.Text;
using Mox.Imap.Search;

namespace Mox.Imap.Tests.Search;

public class SearchReturnTests
{
    [Theory]
    [InlineData("RETURN () ALL", SearchReturnItems.All, SearchExtent.All)]
    [InlineData("return (min max) ALL", SearchReturnItems.Min | SearchReturnItems.Max, SearchExtent.Ends)]
    [InlineData("RETURN (MIN) ALL", SearchReturnItems.Min, SearchExtent.First)]
    [InlineData("RETURN (MAX SAVE) ALL", SearchReturnItems.Max | SearchReturnItems.Save, SearchExtent.Last)]
    [InlineData("RETURN (MIN COUNT) ALL", SearchReturnItems.Min | SearchReturnItems.Count, SearchExtent.All)]
    [InlineData("RETURN (ALL COUNT SAVE) ALL", SearchReturnItems.All | SearchReturnItems.Count | SearchReturnItems.Save, SearchExtent.All)]
    [InlineData("RETURN (SAVE) ALL", SearchReturnItems.Save, SearchExtent.All)]
    [InlineData("RETURN (UPDATE) ALL", SearchReturnItems.Update | SearchReturnItems.All, SearchExtent.All)]
    [InlineData("RETURN (PARTIAL 1:10 CONTEXT) ALL", SearchReturnItems.Partial | SearchReturnItems.Context, SearchExtent.All)]
    internal void Options_AreTaken(string text, SearchReturnItems items, SearchExtent extent)
    {
        var input = new ImapScanner(Encoding.ASCII.GetBytes(text));
        var asked = SearchReturn.TryParse(ref input)!;
        Assert.Equal(items, asked.Items);
        Assert.Equal(extent, asked.Extent);
        Assert.Equal(items != SearchReturnItems.Save, asked.HasResponse);
        Assert.True(input.TryWord("ALL"u8));
    }

    [Theory]
    [InlineData("RETURN ALL")]
    [InlineData("RETURN (")]
    [InlineData("RETURN (MIN")]
    [InlineData("RETURN (MIN)")]
    [InlineData("RETURN (MIN )ALL")]
    [InlineData("RETURN ( MIN) ALL")]
    [InlineData("RETURN (MIN MIN) ALL")]
    [InlineData("RETURN (FOO) ALL")]
    [InlineData("RETURN (ALL PARTIAL 1:2) ALL")]
    [InlineData("RETURN (PARTIAL) ALL")]
    [InlineData("RETURN (PARTIAL 1) ALL")]
    [InlineData("RETURN (PARTIAL 0:5) ALL")]
    [InlineData("RETURN (PARTIAL 1:-5) ALL")]
    [InlineData("RETURN (PARTIAL -1:5) ALL")]
    [InlineData("RETURN (PARTIAL 1:2 PARTIAL 3:4) ALL")]
    public void BadOptions_AreSyntaxErrors(string text) => Assert.Throws<ImapSyntaxException>(() =>
    {
        var input = new ImapScanner(Encoding.ASCII.GetBytes(text));
        SearchReturn.TryParse(ref input);
    });

    [Fact]
    public void NoOptions_AreNone()
    {
        var input = new ImapScanner("RETURNED"u8);
        Assert.Null(SearchReturn.TryParse(ref input));
        Assert.Equal(0, input.Position);
    }

    [Theory]
    [InlineData("1:10", 100, 0, 10)]
    [InlineData("10:1", 100, 0, 10)]
    [InlineData("91:200", 100, 90, 10)]
    [InlineData("101:200", 100, 0, 0)]
    [InlineData("4294967295:4294967295", 100, 0, 0)]
    [InlineData("-1:-10", 100, 90, 10)]
    [InlineData("-91:-200", 100, 0, 10)]
    [InlineData("-101:-200", 100, 0, 0)]
    [InlineData("-1:-1", 1, 0, 1)]
    [InlineData("1:1", 0, 0, 0)]
    public void PartialRange_IsAWindow(string text, int of, int start, int count)
    {
        var input = new ImapScanner(Encoding.ASCII.GetBytes(text));
        var range = PartialRange.Parse(ref input);
        Assert.True(input.AtEnd);
        Assert.Equal(text, range.ToString());
        Assert.Equal((start, count), range.Of(of));
    }
}
