using System.Net;
using System.Text;
using Mox.Dns.Upstream;
using Mox.Dns.Wire;

namespace Mox.Dns.Tests;

public sealed class DnsMessageTests
{
    private static readonly DnsName Host = DnsName.Parse("host.example");

    [Fact]
    public void Query_AsItIsSent_HasTheHeaderTheNameInAnyCaseAndEdns()
    {
        var packet = new DnsQuery(DnsName.Parse("abcdefghijklmnopqrstuvwxyz.example"), 28, useEdns: true).Packet.ToArray();
        // RD and AD; one question, one additional record.
        Assert.Equal([0x01, 0x20, 0, 1, 0, 0, 0, 0, 0, 1], packet[2..12]);
        Assert.Equal("\u001aabcdefghijklmnopqrstuvwxyz\u0007example\0", Encoding.Latin1.GetString(packet[12..48]).ToLowerInvariant());
        Assert.Equal([0, 28, 0, 1], packet[48..52]);
        // 1232 bytes, DO.
        Assert.Equal([0, 0, 41, 0x04, 0xd0, 0, 0, 0x80, 0, 0, 0], packet[52..]);
        Assert.Equal(packet.Length - 11, new DnsQuery(DnsName.Parse("abcdefghijklmnopqrstuvwxyz.example"), 28, useEdns: false).Packet.Length);
    }

    [Fact]
    public void Query_AskedAgain_HasAnotherIdAndCase()
    {
        var name = DnsName.Parse(new string('a', 60));
        var packets = Enumerable.Range(0, 50).Select(_ => new DnsQuery(name, 1, useEdns: true).Packet.ToArray()).ToList();
        Assert.True(packets.Select(p => (p[0] << 8) | p[1]).Distinct().Count() > 40);
        Assert.Equal(50, packets.Select(p => Encoding.Latin1.GetString(p, 13, 60)).Distinct().Count());
        Assert.All(packets, p => Assert.InRange(p[13..73].Count(b => b == 'A'), 5, 55));
    }

    [Fact]
    public void Query_MatchesOnlyItsAnswer()
    {
        var query = new DnsQuery(Host, 1, useEdns: true);
        byte[] good = new TestResponse(TestQuery.Read(query.Packet.ToArray(), false)).Build();
        Assert.Equal(QueryMatch.Yes, query.Match(good));
        Assert.Equal(QueryMatch.OtherCase, query.Match(Changed(13, b => (byte)(b ^ 0x20))));
        Assert.Equal(QueryMatch.No, query.Match(Changed(0, b => (byte)(b ^ 1))));
        Assert.Equal(QueryMatch.No, query.Match(Changed(2, b => (byte)(b & 0x7f))));
        Assert.Equal(QueryMatch.No, query.Match(Changed(2, b => (byte)(b | 0x08))));
        Assert.Equal(QueryMatch.No, query.Match(Changed(5, _ => 0)));
        Assert.Equal(QueryMatch.No, query.Match(Changed(5, _ => 2)));
        Assert.Equal(QueryMatch.No, query.Match(Changed(14, _ => (byte)'x')));
        Assert.Equal(QueryMatch.No, query.Match(Changed(good.Length - 3, _ => 2)));
        Assert.Equal(QueryMatch.No, query.Match(Changed(good.Length - 1, _ => 3)));
        Assert.Equal(QueryMatch.No, query.Match(query.Packet.Span));
        for (int length = 0; length < good.Length; length++)
        {
            Assert.Equal(QueryMatch.No, query.Match(good.AsSpan(0, length)));
        }

        byte[] Changed(int at, Func<byte, byte> change)
        {
            byte[] copy = [.. good];
            copy[at] = change(copy[at]);
            return copy;
        }
    }

    [Fact]
    public void TryRead_OfAFullAnswer_HasAllOfIt()
    {
        var message = Read(r => r.Address("host.example", "192.0.2.1", 60).Answer("host.example", 46, 60, [1, 2, 3])
            .Address("host.example", "192.0.2.2", 0x80000001).Authentic().ExtendedError(3, "stale"));
        Assert.Equal([60u, 0u], message.Answers.Select(record => record.TtlSeconds));
        Assert.All(message.Answers, record => Assert.Equal(Host, record.Name));
        Assert.True(message.IsAuthenticData);
        Assert.Equal(new DnsExtendedError(3, "stale"), message.ExtendedError);
        Assert.Null(message.NegativeTtlSeconds);
    }

    [Theory]
    [InlineData(300u, 60u, 60u)]
    [InlineData(30u, 60u, 30u)]
    [InlineData(uint.MaxValue, uint.MaxValue, 0u)]
    public void TryRead_OfANegativeAnswer_TakesTheSmallerTime(uint ttl, uint minimum, uint expected) =>
        Assert.Equal(expected, Read(r => r.Code(3).Soa("example", ttl, minimum)).NegativeTtlSeconds);

    [Fact]
    public void TryRead_OfExtendedErrors_PrefersBogus_AndCleansTheText()
    {
        Assert.Equal(6, Read(r => r.Code(2).Edns((15, [0, 22]), (15, [0, 6, (byte)'a', 10, 0xff]), (15, [0, 23]))).ExtendedError!.Code);
        Assert.Equal("a??", Read(r => r.Code(2).Edns((15, [0, 22]), (15, [0, 6, (byte)'a', 10, 0xff]))).ExtendedError!.Text);
        Assert.Equal(256, Read(r => r.ExtendedError(0, new string('x', 1000))).ExtendedError!.Text.Length);
        Assert.Equal(22, Read(r => r.Edns((15, [0, 22]), (15, [0, 23]))).ExtendedError!.Code);
        Assert.Null(Read(r => r.Edns((15, [0]))).ExtendedError);
        Assert.Equal("DNSSEC Bogus (6): why", new DnsExtendedError(6, "why").ToString());
        Assert.Equal("Unassigned (4711)", new DnsExtendedError(4711, "").ToString());
    }

    [Fact]
    public void TryRead_OfAnExtendedCode_JoinsItsHalves() =>
        Assert.Equal(DnsResponseCode.BadVers, Read(r => r.Code(16).Edns()).Code);

    [Fact]
    public void TryRead_OfManyAnswers_UsesAHundred()
    {
        var message = Read(r =>
        {
            for (int i = 0; i < 1000; i++)
            {
                r.Address("host.example", $"192.0.{i >> 8}.{i & 255}");
            }

            return r.ExtendedError(1);
        });
        Assert.Equal(100, message.Answers.Count);
        Assert.Equal(1, message.ExtendedError!.Code);
        Assert.Equal(100, AliasChain.Follow(message, Host, DnsRecordTypes.A, 0).Records.Count);
    }

    [Fact]
    public void TryRead_CutAnywhere_IsNull()
    {
        byte[] whole = Bytes(r => r.Cname("host.example", "other.example").Address("other.example", "192.0.2.1").Soa("example", 1, 2).ExtendedError(1, "x"));
        Assert.NotNull(DnsMessage.TryRead(whole));
        for (int length = 0; length < whole.Length; length++)
        {
            Assert.Null(DnsMessage.TryRead(whole[..length]));
        }
    }

    [Fact]
    public void TryRead_OfBadOptions_IsNull()
    {
        // An option that says it is longer than its record.
        byte[] message = Bytes(r => r.ExtendedError(1, "x"));
        message[^4] = 200;
        Assert.Null(DnsMessage.TryRead(message));
    }

    [Fact]
    public void TryRead_OfRandomBytes_ReturnsWhateverTheyAre()
    {
        var random = new Random(11);
        byte[] whole = Bytes(r => r.Cname("host.example", "other.example").Address("other.example", "192.0.2.1").Soa("example", 1, 2).ExtendedError(1, "x"));
        int read = 0, followed = 0;
        for (int round = 0; round < 100_000; round++)
        {
            byte[] message = [.. whole];
            if (round % 4 == 0)
            {
                message = new byte[random.Next(600)];
                random.NextBytes(message);
            }
            else
            {
                for (int changes = random.Next(1, 6); changes > 0; changes--)
                {
                    message[random.Next(message.Length)] = (byte)(random.Next(2) == 0 ? random.Next(256) : random.Next(50));
                }
            }

            if (DnsMessage.TryRead(message) is { } readable)
            {
                read++;
                followed += AliasChain.Follow(readable, Host, DnsRecordTypes.A, 0).Records.Count + AliasChain.Follow(readable, Host, DnsRecordTypes.Ptr, 0).Aliases;
            }
        }

        Assert.InRange(read, 10_000, 90_000);
        Assert.NotEqual(0, followed);
    }

    [Fact]
    public void Follow_OfAliasesInAnyOrder_EndsAtTheLast()
    {
        var message = Read(r => r.Address("c.example", "192.0.2.1", 90).Cname("b.example", "C.example", 20).Cname("host.example", "b.example", 50).Address("d.example", "192.0.2.9", 1));
        var end = AliasChain.Follow(message, Host, DnsRecordTypes.A, 0);
        Assert.Equal((DnsStatus.Ok, "c.example.", 20u, 2, false), (end.Status, end.Name.ToString(), end.TtlSeconds, end.Aliases, end.IsUnfinished));
        Assert.Equal(IPAddress.Parse("192.0.2.1"), Assert.Single(end.Records));
        var alias = AliasChain.Follow(message, Host, DnsRecordTypes.Cname, 0);
        Assert.Equal(DnsName.Parse("b.example"), Assert.Single(alias.Records));
        Assert.Equal(Host, alias.Name);
    }

    [Theory]
    [InlineData(16, 0, DnsStatus.Ok)]
    [InlineData(17, 0, DnsStatus.ServFail)]
    [InlineData(1, 15, DnsStatus.Ok)]
    [InlineData(1, 16, DnsStatus.ServFail)]
    public void Follow_OfLongChains_StopsAtSixteen(int length, int before, DnsStatus expected)
    {
        var message = Read(r =>
        {
            for (int i = 0; i < length; i++)
            {
                r.Cname(i == 0 ? "host.example" : $"a{i}.example", $"a{i + 1}.example");
            }

            return r.Address($"a{length}.example", "192.0.2.1");
        });
        Assert.Equal(expected, AliasChain.Follow(message, Host, DnsRecordTypes.A, before).Status);
    }

    [Fact]
    public void Follow_OfALoop_Fails() =>
        Assert.Equal(DnsStatus.ServFail, AliasChain.Follow(
            Read(r => r.Cname("host.example", "b.example").Cname("b.example", "host.example")), Host, DnsRecordTypes.A, 0).Status);

    [Theory]
    [InlineData(1, new byte[] { 1, 2, 3 })]
    [InlineData(1, new byte[] { 1, 2, 3, 4, 5 })]
    [InlineData(1, new byte[] { })]
    [InlineData(28, new byte[] { 1, 2, 3, 4 })]
    [InlineData(12, new byte[] { 1 })]
    [InlineData(12, new byte[] { 0, 0 })]
    [InlineData(5, new byte[] { 0xff, 0xff })]
    public void Follow_OfBadRdata_IsMalformed(int type, byte[] rdata)
    {
        var message = Read(r => r.Answer("host.example", type, 60, rdata));
        var status = type switch
        {
            1 => AliasChain.Follow(message, Host, DnsRecordTypes.A, 0).Status,
            28 => AliasChain.Follow(message, Host, DnsRecordTypes.Aaaa, 0).Status,
            12 => AliasChain.Follow(message, Host, DnsRecordTypes.Ptr, 0).Status,
            _ => AliasChain.Follow(message, Host, DnsRecordTypes.A, 0).Status,
        };
        Assert.Equal(DnsStatus.Malformed, status);
    }

    private static byte[] Bytes(Func<TestResponse, TestResponse> fill) =>
        fill(new TestResponse(TestQuery.Read(new DnsQuery(Host, 1, useEdns: true).Packet.ToArray(), false))).Build();

    private static DnsMessage Read(Func<TestResponse, TestResponse> fill)
    {
        var message = DnsMessage.TryRead(Bytes(fill));
        Assert.NotNull(message);
        return message;
    }
}
