using System.Buffers.Binary;

namespace Mox.Dns.Wire;

/// <summary>A response, read as far as a stub resolver needs it (RFC 1035 section 4.1).</summary>
/// <remarks>The time to read one is bounded by its length, and names by <see cref="WireName"/>.</remarks>
internal sealed class DnsMessage
{
    /// <summary>The most records of an answer that are used.</summary>
    public const int MaxAnswers = 100;

    /// <summary>OPT (RFC 6891 section 6.1.1).</summary>
    public const int OptType = 41;

    private const int HeaderLength = 12;
    private const int NsType = 2;
    private const int SoaType = 6;
    private const int RrsigType = 46;

    private readonly List<DnsRecord> _answers = [];
    private bool _hasNameServers;

    private DnsMessage(byte[] bytes) => Bytes = bytes;

    public byte[] Bytes { get; }

    public DnsResponseCode Code { get; private set; }

    /// <summary>TC: the answer did not fit, and its records were not read.</summary>
    public bool IsTruncated => (Bytes[2] & 2) != 0;

    /// <summary>AD: the server has proof of everything.</summary>
    public bool IsAuthenticData => (Bytes[3] & 0x20) != 0;

    /// <summary>The answers, without signatures.</summary>
    public IReadOnlyList<DnsRecord> Answers => _answers;

    /// <summary>How long nothing may be remembered (RFC 2308 section 5); null when the server does not say.</summary>
    public uint? NegativeTtlSeconds { get; private set; }

    public DnsExtendedError? ExtendedError { get; private set; }

    /// <summary>Whether the server only says who else to ask: it does not recurse.</summary>
    public bool IsReferral => Code == DnsResponseCode.NoError && _answers.Count == 0 && _hasNameServers && NegativeTtlSeconds is null;

    /// <summary>Reads a response; null when it is none.</summary>
    public static DnsMessage? TryRead(byte[] bytes)
    {
        var message = bytes.Length < HeaderLength ? null : new DnsMessage(bytes) { Code = (DnsResponseCode)(bytes[3] & 15) };
        return message is { IsTruncated: false } && !message.TryReadSections() ? null : message;
    }

    private bool TryReadSections()
    {
        var at = HeaderLength;
        for (var questions = Count(0); questions > 0; questions--)
        {
            if (!WireName.TrySkip(Bytes, ref at) || (at += 4) > Bytes.Length)
            {
                return false;
            }
        }

        return TrySection(Count(1), ref at, AddAnswer) && TrySection(Count(2), ref at, AddAuthority) && TrySection(Count(3), ref at, AddAdditional);
    }

    private int Count(int section) => BinaryPrimitives.ReadUInt16BigEndian(Bytes.AsSpan(4 + (2 * section)));

    private bool TrySection(int records, ref int at, AddRecord add)
    {
        for (; records > 0; records--)
        {
            var name = at;
            if (!WireName.TrySkip(Bytes, ref at) || at + 10 > Bytes.Length)
            {
                return false;
            }

            var head = Bytes.AsSpan(at, 10);
            int type = BinaryPrimitives.ReadUInt16BigEndian(head), @class = BinaryPrimitives.ReadUInt16BigEndian(head[2..]);
            var ttl = BinaryPrimitives.ReadUInt32BigEndian(head[4..]);
            int length = BinaryPrimitives.ReadUInt16BigEndian(head[8..]), start = at + 10;
            at = start + length;
            if (at > Bytes.Length || !add(name, @class, new DnsRecord(default, type, ttl, start, length)))
            {
                return false;
            }
        }

        return true;
    }

    private bool AddAnswer(int name, int @class, DnsRecord record)
    {
        if (_answers.Count == MaxAnswers || @class != DnsQuery.ClassIn || record.Type == RrsigType)
        {
            return true;
        }

        // A time with the highest bit set is none (RFC 2181 section 8).
        _answers.Add(record with { Name = ReadName(name, out var isRead), TtlSeconds = record.TtlSeconds > int.MaxValue ? 0 : record.TtlSeconds });
        return isRead;
    }

    private bool AddAuthority(int name, int @class, DnsRecord record)
    {
        _hasNameServers |= record.Type == NsType;
        if (record.Type != SoaType || @class != DnsQuery.ClassIn || NegativeTtlSeconds is not null)
        {
            return true;
        }

        // MNAME, RNAME, SERIAL, REFRESH, RETRY, EXPIRE, MINIMUM (RFC 1035 section 3.3.13).
        var rdata = Rdata(record);
        uint minimum = 0;
        if (!rdata.TryName(out _) || !rdata.TryName(out _) || !rdata.TryBytes(16, out _) || !rdata.TryUInt32(out minimum))
        {
            return false;
        }

        var ttl = Math.Min(record.TtlSeconds, minimum);
        NegativeTtlSeconds = ttl > int.MaxValue ? 0 : ttl;
        return true;
    }

    private bool AddAdditional(int name, int @class, DnsRecord record)
    {
        if (record.Type != OptType)
        {
            return true;
        }

        Code = (DnsResponseCode)(((record.TtlSeconds >> 24) << 4) | ((uint)Code & 15));
        var rdata = Rdata(record);
        while (!rdata.IsAtEnd)
        {
            if (!rdata.TryUInt16(out var option) || !rdata.TryUInt16(out var length) || !rdata.TryBytes(length, out var value))
            {
                return false;
            }

            // Of several, the one that tells that the data is bogus.
            if (option == ExtendedErrorOption.Code && ExtendedError is not { IsBogus: true }
                && ExtendedErrorOption.TryRead(value) is { } error && (ExtendedError is null || error.IsBogus))
            {
                ExtendedError = error;
            }
        }

        return true;
    }

    /// <summary>A cursor over a record's data.</summary>
    public RdataReader Rdata(DnsRecord record) => new(Bytes, record.Start, record.Length);

    private DnsName ReadName(int at, out bool isRead)
    {
        isRead = WireName.TryRead(Bytes, ref at, out var name);
        return name;
    }

    private delegate bool AddRecord(int name, int @class, DnsRecord record);
}
