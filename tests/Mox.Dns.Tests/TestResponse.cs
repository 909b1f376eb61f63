using System.Buffers.Binary;
using System.Net;
using System.Text;
using Mox.Dns.Wire;

namespace Mox.Dns.Tests;

/// <summary>Writes responses, right and wrong ones.</summary>
internal sealed class TestResponse(TestQuery query)
{
    private readonly List<byte[]> _answers = [];
    private readonly List<byte[]> _authority = [];
    private readonly List<byte[]> _additional = [];
    private int _code;
    private int _flags = 0x8180;

    public TestResponse Code(int code)
    {
        _code = code;
        return this;
    }

    public TestResponse Authentic() => Flag(0x0020);

    public TestResponse Truncated() => Flag(0x0200);

    public TestResponse Address(string name, string address, uint ttl = 300)
    {
        byte[] bytes = IPAddress.Parse(address).GetAddressBytes();
        return Answer(name, bytes.Length == 4 ? 1 : 28, ttl, bytes);
    }

    public TestResponse Cname(string name, string target, uint ttl = 300) => Answer(name, 5, ttl, Wire(target));

    public TestResponse Answer(string name, int type, uint ttl, byte[] rdata)
    {
        _answers.Add(Record(name, type, 1, ttl, rdata));
        return this;
    }

    public TestResponse Soa(string zone, uint ttl, uint minimum)
    {
        byte[] numbers = new byte[20];
        BinaryPrimitives.WriteUInt32BigEndian(numbers.AsSpan(16), minimum);
        _authority.Add(Record(zone, 6, 1, ttl, [.. Wire("ns.example"), .. Wire("hostmaster.example"), .. numbers]));
        return this;
    }

    public TestResponse Ns(string zone, string server)
    {
        _authority.Add(Record(zone, 2, 1, 300, Wire(server)));
        return this;
    }

    /// <summary>OPT with the upper bits of the code, and options.</summary>
    public TestResponse Edns(params IEnumerable<(int Option, byte[] Value)> options)
    {
        byte[] rdata = [.. options.SelectMany(o => new[] { (byte)(o.Option >> 8), (byte)o.Option, (byte)(o.Value.Length >> 8), (byte)o.Value.Length }.Concat(o.Value))];
        _additional.Add(Record(".", 41, 1232, (uint)(_code >> 4) << 24, rdata));
        return this;
    }

    public TestResponse ExtendedError(int code, string text = "") => Edns((15, [(byte)(code >> 8), (byte)code, .. Encoding.UTF8.GetBytes(text)]));

    public byte[] Build()
    {
        byte[] head = new byte[12];
        BinaryPrimitives.WriteUInt16BigEndian(head, (ushort)query.Id);
        BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(2), (ushort)(_flags | (_code & 15)));
        head[5] = 1;
        BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(6), (ushort)_answers.Count);
        head[9] = (byte)_authority.Count;
        head[11] = (byte)_additional.Count;
        return [.. head, .. query.Question, .. _answers.Concat(_authority).Concat(_additional).SelectMany(record => record)];
    }

    private TestResponse Flag(int flag)
    {
        _flags |= flag;
        return this;
    }

    private static byte[] Wire(string name)
    {
        byte[] wire = new byte[WireName.MaxLength];
        return wire[..WireName.Write(DnsName.Parse(name), wire)];
    }

    private static byte[] Record(string name, int type, int @class, uint ttl, byte[] rdata)
    {
        byte[] head = new byte[10];
        BinaryPrimitives.WriteUInt16BigEndian(head, (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(2), (ushort)@class);
        BinaryPrimitives.WriteUInt32BigEndian(head.AsSpan(4), ttl);
        BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(8), (ushort)rdata.Length);
        return [.. Wire(name), .. head, .. rdata];
    }
}
