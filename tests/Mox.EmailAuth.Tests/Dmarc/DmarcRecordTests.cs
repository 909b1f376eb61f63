using Mox.EmailAuth.Dmarc;

namespace Mox.EmailAuth.Tests.Dmarc;

public sealed class DmarcRecordTests
{
    [Theory]
    [InlineData("v=DMARC1; p=reject", "Reject Reject Reject r r 100 86400")]
    [InlineData("v=DMARC1;p=none;sp=quarantine;np=reject;adkim=s;aspf=s;pct=20;ri=3600;fo=1:d;rf=afrf", "None Quarantine Reject s s 20 3600")]
    [InlineData("v = DMARC1 ; P=x; p=Quarantine ;sp=None", "Quarantine None None r r 100 86400")]
    [InlineData("v=DMARC1; p=bad; rua=mailto:r@example.org", "None None None r r 100 86400")]
    [InlineData("v=DMARC1; rua=mailto:r@example.org", "None None None r r 100 86400")]
    [InlineData("v=DMARC1; p=reject; sp=bad; rua=mailto:r@example.org", "None None None r r 100 86400")]
    public void Parse_OfAGoodRecord_Reads(string text, string expected)
    {
        Assert.True(DmarcRecord.TryParse(text, out var record, out string? problem), problem);
        Assert.Equal(expected, $"{record.Policy} {record.SubdomainPolicy} {record.NonexistentPolicy} {(record.IsDkimStrict ? "s" : "r")} "
            + $"{(record.IsSpfStrict ? "s" : "r")} {record.Percentage} {record.ReportInterval.TotalSeconds}");
    }

    [Theory]
    [InlineData("v=DMARC1", "there is no policy")]
    [InlineData("v=DMARC1; p=bad", "there is no policy")]
    [InlineData("v=DMARC2; p=none", "the record does not begin with v=DMARC1")]
    [InlineData("p=none; v=DMARC1", "the record does not begin with v=DMARC1")]
    [InlineData("v=dmarc1; p=none", "the record does not begin with v=DMARC1")]
    [InlineData("v=DMARC1; p=none; p=none", "the tag p stands there twice")]
    [InlineData("v=DMARC1; p=none; pct=101", "the tag pct has no number")]
    [InlineData("v=DMARC1; p=none; pct=-1", "the tag pct has no number")]
    [InlineData("v=DMARC1; p=none; ri=x", "the tag ri has no number")]
    [InlineData("v=DMARC1; p=none; adkim=x", "the tag adkim has an unknown value")]
    [InlineData("v=DMARC1; p=none; sp=x", "the tag sp has no policy")]
    [InlineData("v=DMARC1; p=none;; rua=mailto:a@example.org", "a bad tag")]
    public void Parse_OfABadRecord_SaysWhat(string text, string expected)
    {
        Assert.False(DmarcRecord.TryParse(text, out _, out string? problem));
        Assert.Equal(expected, problem);
    }

    [Fact]
    public void Parse_OfReportAddresses_TakesThoseThatAreMail()
    {
        Assert.True(DmarcRecord.TryParse("v=DMARC1; p=none; rua=mailto:a@example.org!10m, https://x.example/ ,mailto:b%2Bc@example.org!2k,mailto:d@example.org!x; ruf=mailto:e@example.org?x=y; t=y; psd=n", out var record, out _));
        Assert.Equal(["a@example.org 10485760", "b+c@example.org 2048"], record.AggregateReports.Select(address => $"{address.Address} {address.MaxBytes}"));
        Assert.Equal("e@example.org", Assert.Single(record.FailureReports).Address.ToString());
        Assert.Equal((true, false), (record.IsTesting, record.IsPublicSuffix));
        Assert.True(DmarcRecord.TryParse("v=DMARC1; p=none; rua=" + string.Join(',', Enumerable.Repeat("mailto:a@example.org", 500)), out record, out _));
        Assert.Equal(20, record.AggregateReports.Count);
    }

    [Fact]
    public void Parse_OfAnything_Returns()
    {
        Random random = new(2);
        string[] pieces = ["v=DMARC1;", "p=", "none", ";", "=", "rua=mailto:", "a@b.example", "!", "9999999999t", "pct=", "%", " ", "\u00e9", "sp=reject", "\0"];
        for (int i = 0; i < 20_000; i++)
        {
            string text = "v=DMARC1;" + string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => pieces[random.Next(pieces.Length)]));
            Assert.Equal(DmarcRecord.TryParse(text, out var record, out string? problem), problem is null && record is not null);
        }
    }
}
