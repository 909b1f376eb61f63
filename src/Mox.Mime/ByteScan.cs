using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Mox.Mime;

/// <summary>
/// What is known of the bytes gone by: line ends, bare CR and LF, NUL, the longest line. One vector pass over every
/// byte of a message.
/// </summary>
internal struct ByteScan
{
    private const byte Cr = (byte)'\r';
    private const byte Lf = (byte)'\n';

    private long _lineBytes;

    /// <summary>Bytes seen.</summary>
    public long Position { get; private set; }

    /// <summary>LFs seen.</summary>
    public long LineFeeds { get; private set; }

    public long LongestLineBytes { get; private set; }

    public bool HasBareLf { get; private set; }

    public bool HasBareCr { get; private set; }

    public bool HasNul { get; private set; }

    /// <summary>The last byte seen, the one before it, and the one before that; 0 where there is none.</summary>
    public byte Last { get; private set; }

    public byte Last2 { get; private set; }

    public byte Last3 { get; private set; }

    /// <summary>Takes the next bytes and tells whether one of them is above 127.</summary>
    public bool Take(ReadOnlySpan<byte> bytes)
    {
        var has8Bit = false;
        var at = 0;
        if (!bytes.IsEmpty)
        {
            // The first byte alone, so that the vectors below always have the byte before theirs.
            has8Bit = Step(bytes[0], Last);
            at = 1;
            if (Vector256.IsHardwareAccelerated)
            {
                at = TakeVectors(bytes, at, ref has8Bit);
            }
            for (; at < bytes.Length; at++)
            {
                has8Bit |= Step(bytes[at], bytes[at - 1]);
            }
        }
        Remember(bytes);
        return has8Bit;
    }

    /// <summary>Ends the bytes: a CR at the very end is bare, an unfinished line counts.</summary>
    public void Finish()
    {
        HasBareCr |= Last == Cr;
        LongestLineBytes = Math.Max(LongestLineBytes, _lineBytes);
    }

    private int TakeVectors(ReadOnlySpan<byte> bytes, int at, ref bool has8Bit)
    {
        ref var start = ref MemoryMarshal.GetReference(bytes);
        var high = Vector256<byte>.Zero;
        var (crs, lfs) = (Vector256.Create(Cr), Vector256.Create(Lf));
        for (; at <= bytes.Length - Vector256<byte>.Count; at += Vector256<byte>.Count)
        {
            var now = Vector256.LoadUnsafe(ref start, (nuint)at);
            var before = Vector256.LoadUnsafe(ref start, (nuint)(at - 1));
            var isLf = Vector256.Equals(now, lfs);
            var wasCr = Vector256.Equals(before, crs);
            high |= now;
            // What is rare, NUL and bare CR and LF, is told apart only where a vector has some of it.
            var odd = (isLf ^ wasCr) | Vector256.Equals(now, Vector256<byte>.Zero);
            var ends = isLf.ExtractMostSignificantBits();
            if (ends == 0)
            {
                _lineBytes += Vector256<byte>.Count;
            }
            else
            {
                TakeLineEnds(ends, bytes, at);
            }
            if (odd != Vector256<byte>.Zero)
            {
                HasNul |= Vector256.EqualsAny(now, Vector256<byte>.Zero);
                HasBareLf |= (isLf & ~wasCr) != Vector256<byte>.Zero;
                HasBareCr |= (wasCr & ~isLf) != Vector256<byte>.Zero;
            }
        }
        has8Bit |= high.ExtractMostSignificantBits() != 0;
        return at;
    }

    private void TakeLineEnds(uint ends, ReadOnlySpan<byte> bytes, int at)
    {
        LineFeeds += BitOperations.PopCount(ends);
        var lineStart = 0;
        while (ends != 0)
        {
            var end = BitOperations.TrailingZeroCount(ends);
            ends &= ends - 1;
            EndLine(_lineBytes + end - lineStart, bytes[at + end - 1]);
            lineStart = end + 1;
        }
        _lineBytes = Vector256<byte>.Count - lineStart;
    }

    private bool Step(byte now, byte before)
    {
        if (now == Lf)
        {
            LineFeeds++;
            HasBareLf |= before != Cr;
            EndLine(_lineBytes, before);
        }
        else
        {
            HasBareCr |= before == Cr;
            HasNul |= now == 0;
            _lineBytes++;
        }
        return now >= 0x80;
    }

    private void EndLine(long lineBytes, byte before)
    {
        LongestLineBytes = Math.Max(LongestLineBytes, before == Cr && lineBytes > 0 ? lineBytes - 1 : lineBytes);
        _lineBytes = 0;
    }

    private void Remember(ReadOnlySpan<byte> bytes)
    {
        Position += bytes.Length;
        switch (bytes.Length)
        {
            case 0:
                return;
            case 1:
                (Last3, Last2, Last) = (Last2, Last, bytes[0]);
                return;
            case 2:
                (Last3, Last2, Last) = (Last, bytes[0], bytes[1]);
                return;
            default:
                (Last3, Last2, Last) = (bytes[^3], bytes[^2], bytes[^1]);
                return;
        }
    }
}
