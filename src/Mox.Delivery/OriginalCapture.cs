using System.Buffers;

namespace Mox.Delivery;

/// <summary>Keeps the beginning of a message for a report: its header, or all of it when that is wanted and it is small enough.</summary>
internal sealed class OriginalCapture(bool wantsWhole)
{
    /// <summary>The most of a header that comes back.</summary>
    public const int MaxHeaderBytes = 64 * 1024;

    /// <summary>Larger messages come back as their header, whatever RET says.</summary>
    public const int MaxWholeBytes = 256 * 1024;

    private readonly int _limit = wantsWhole ? MaxWholeBytes : MaxHeaderBytes;
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private int? _headerEnd;
    private bool _isCut;

    /// <summary>The header, with its empty line.</summary>
    public ReadOnlyMemory<byte> Header => _bytes.WrittenMemory[..Math.Min(_headerEnd ?? _bytes.WrittenCount, MaxHeaderBytes)];

    /// <summary>The whole message; null when it was not wanted, or is too large.</summary>
    public ReadOnlyMemory<byte>? Whole => wantsWhole && !_isCut ? new ReadOnlyMemory<byte>?(_bytes.WrittenMemory) : null;

    /// <summary>Takes the next bytes.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (_headerEnd is not null && !wantsWhole)
        {
            return;
        }
        int before = _bytes.WrittenCount;
        int count = Math.Min(bytes.Length, _limit - before);
        _isCut |= count < bytes.Length;
        _bytes.Write(bytes[..count]);
        _headerEnd ??= EndOfHeader(before);
    }

    // The empty line; after BDAT lines may end in LF alone.
    private int? EndOfHeader(int from)
    {
        var seen = _bytes.WrittenSpan;
        for (int i = from; i < seen.Length; i++)
        {
            int previous = i > 0 && seen[i - 1] == '\r' ? i - 2 : i - 1;
            if (seen[i] == '\n' && (previous < 0 || seen[previous] == '\n'))
            {
                return i + 1;
            }
        }
        return null;
    }
}
