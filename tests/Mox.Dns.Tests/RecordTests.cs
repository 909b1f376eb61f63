using Mox.Dns.Records;
using Mox.Dns.Wire;

namespace Mox.Dns.Tests;

/// <summary>Each type of record, from its bytes to the form of zone files.</summary>
public sealed class RecordTests
{
    // "mail.example" and the root, as they stand in messages.
    private const string Mail = "046d61696c076578616d706c6500";

    [Theory]
    [InlineData("A", "c0000201", "192.0.2.1")]
    [InlineData("AAAA", "20010db8000000000000000000000001", "2001:db8::1")]
    [InlineData("CNAME", Mail, "mail.example.")]
    [InlineData("PTR", Mail, "mail.example.")]
    [InlineData("NS", Mail, "mail.example.")]
    [InlineData("MX", "000a" + Mail, "10 mail.example.")]
    [InlineData("MX", "000000", "0 .")]
    [InlineData("SOA", Mail + Mail + "0000000100000e1000000258000151800000012c", "mail.example. mail.example. 1 3600 600 86400 300")]
    [InlineData("TXT", "03612062", "\"a b\"")]
    [InlineData("TXT", "00", "\"\"")]
    [InlineData("TXT", "0161022263025c00", "\"a\" \"\\\"c\" \"\\\\\\000\"")]
    [InlineData("SRV", "0000000103e1" + Mail, "0 1 993 mail.example.")]
    [InlineData("SRV", "00000000000000", "0 0 0 .")]
    [InlineData("TLSA", "030101ab01", "3 1 1 ab01")]
    [InlineData("CAA", "000569737375656361", "0 issue \"ca\"")]
    [InlineData("CAA", "8005495353554522", "128 issue \"\\\"\"")]
    [InlineData("CAA", "000569737375 65", "0 issue \"\"")]
    [InlineData("DS", "ec450d02aabb", "60485 13 2 aabb")]
    [InlineData("DNSKEY", "0101030daabb", "257 3 13 qrs=")]
    public async Task Record_FromItsBytes_IsWrittenAsInZones(string type, string rdata, string text)
    {
        byte[] bytes = Convert.FromHexString(rdata.Replace(" ", "", StringComparison.Ordinal));
        await using var server = new TestDnsServer(query => new TestResponse(query).Answer("x.example", DnsRecordTypes.Find(type)!.Code, 300, bytes));
        await using var fixture = new DnsClientFixture(server);
        var answer = await DnsRecordTypes.Find(type)!.LookupAsync(fixture.Client, DnsName.Parse("x.example"), CancellationToken.None);
        Assert.Equal((DnsStatus.Ok, TimeSpan.FromMinutes(5)), (answer.Status, answer.Ttl));
        Assert.Equal([text], answer.Records);
    }

    [Theory]
    [InlineData("MX", "000a" + Mail)]
    [InlineData("SOA", Mail + Mail + "0000000100000e1000000258000151800000012c")]
    [InlineData("TXT", "03612062")]
    [InlineData("SRV", "0000000103e1" + Mail)]
    [InlineData("CAA", "00056973737565")]
    public void Record_CutShort_IsNone(string type, string rdata)
    {
        byte[] whole = Convert.FromHexString(rdata);
        Assert.True(Reads(type, whole));
        for (int length = 0; length < whole.Length; length++)
        {
            Assert.False(Reads(type, whole[..length]), $"{length} bytes");
        }
    }

    [Theory]
    [InlineData("A", "c000020100")]
    [InlineData("MX", "000a" + Mail + "00")]
    [InlineData("TLSA", "030101")]
    [InlineData("DS", "ec450d02")]
    [InlineData("DNSKEY", "0101030d")]
    [InlineData("CAA", "0000")]
    [InlineData("CAA", "00022d2d61")]
    public void Record_OfAnotherShape_IsNone(string type, string rdata) => Assert.False(Reads(type, Convert.FromHexString(rdata)));

    [Fact]
    public void Record_OfAnyBytes_EndsAndNeverThrows()
    {
        Random random = new(1);
        foreach (var type in DnsRecordTypes.All)
        {
            for (int i = 0; i < 2000; i++)
            {
                byte[] bytes = new byte[random.Next(40)];
                random.NextBytes(bytes);
                _ = Reads(type.Name, bytes);
            }
        }
    }

    [Fact]
    public void Text_LongerThanAString_IsCutAndJoined()
    {
        string text = new('a', 300);
        var record = TxtRecord.Of(text);
        Assert.Equal(text, record.Text);
        Assert.Equal($"\"{new string('a', 255)}\" \"{new string('a', 45)}\"", record.ToString());
        Assert.Equal("\u00e9", TxtRecord.Of("\u00e9").Text);
        Assert.True(new MxRecord(0, DnsName.Root).IsNull);
        Assert.True(new CaaRecord(128, "issue", "").IsCritical);
    }

    [Fact]
    public void Types_ByName_AreFoundInAnyCase()
    {
        Assert.Same(DnsRecordTypes.Tlsa, DnsRecordTypes.Find("tlsa"));
        Assert.Null(DnsRecordTypes.Find("ANY"));
        Assert.Equal(DnsRecordTypes.All.Count, DnsRecordTypes.All.Select(type => type.Code).Distinct().Count());
    }

    private static bool Reads(string type, byte[] rdata) => DnsRecordTypes.Find(type) switch
    {
        DnsRecordType<System.Net.IPAddress> addresses => Read(addresses, rdata),
        DnsRecordType<DnsName> names => Read(names, rdata),
        DnsRecordType<MxRecord> mx => Read(mx, rdata),
        DnsRecordType<SoaRecord> soa => Read(soa, rdata),
        DnsRecordType<TxtRecord> txt => Read(txt, rdata),
        DnsRecordType<SrvRecord> srv => Read(srv, rdata),
        DnsRecordType<TlsaRecord> tlsa => Read(tlsa, rdata),
        DnsRecordType<CaaRecord> caa => Read(caa, rdata),
        DnsRecordType<DsRecord> ds => Read(ds, rdata),
        DnsRecordType<DnsKeyRecord> key => Read(key, rdata),
        var other => throw new InvalidOperationException($"{other} is not tested"),
    };

    private static bool Read<T>(DnsRecordType<T> type, byte[] rdata) => type.TryRead(new RdataReader(rdata, 0, rdata.Length), out _);
}
