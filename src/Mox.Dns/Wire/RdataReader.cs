using System.Buffers.Binary;

namespace Mox.Dns.Wire;

/// <summary>A cursor over the data of one record, inside its message, since names in it may point outside of it.</summary>
internal ref struct RdataReader(ReadOnlySpan<byte> message, int start, int length)
{
    private readonly ReadOnlySpan<byte> _message = message;
    private readonly int _end = start + length;
    private int _at = start;

    /// <summary>Whether all has been read; a parser succeeds only then.</summary>
    public readonly bool IsAtEnd => _at == _end;

    /// <summary>How many bytes are left.</summary>
    public readonly int Left => _end - _at;

    public bool TryBytes(int count, out ReadOnlySpan<byte> bytes)
    {
        var fits = count <= Left;
        bytes = fits ? _message.Slice(_at, count) : default;
        _at += fits ? count : 0;
        return fits;
    }

    public bool TryUInt16(out ushort value)
    {
        var fits = TryBytes(2, out var bytes);
        value = fits ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : default;
        return fits;
    }

    public bool TryUInt32(out uint value)
    {
        var fits = TryBytes(4, out var bytes);
        value = fits ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : default;
        return fits;
    }

    public bool TryName(out DnsName name) => WireName.TryRead(_message[.._end], ref _at, out name) && _at <= _end;
}
