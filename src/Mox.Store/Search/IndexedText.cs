using System.Text;

namespace Mox.Store;

/// <summary>Makes the rows of the index from a message's text: pieces one after the other, cut where a row is full.</summary>
/// <remarks>
/// A row begins with the end of the one before, so that whatever the index is asked for (<see cref="IndexNeedle"/>) stands whole in one.
/// </remarks>
internal sealed class IndexedText(Action<bool, int, ReadOnlyMemory<byte>> addRow) : FoldedTextSink
{
    private const int RowChars = 16 * 1024;
    private const int OverlapChars = 4 * IndexNeedle.MaxTrigrams;

    private readonly char[] _text = new char[RowChars];
    private byte[] _utf8 = new byte[RowChars];
    private int _length;
    private int _row;
    private bool _isHeader;
    private bool _hasNews;

    /// <summary>Whether the text of the message did not fit; then the index knows nothing of it.</summary>
    public bool IsTooLong { get; private set; }

    /// <summary>Characters of text so far.</summary>
    public long Length { get; private set; }

    /// <summary>Begins a message.</summary>
    public void Begin()
    {
        (_length, _row, _hasNews) = (0, 0, false);
        (_isHeader, IsTooLong, Length) = (true, false, 0);
    }

    /// <summary>Ends a message.</summary>
    public void End() => Flush();

    public override void BeginPiece(bool isHeader)
    {
        if (isHeader != _isHeader)
        {
            Flush();
            (_isHeader, _length, _row) = (isHeader, 0, 0);
        }

        // What reaches over the border between pieces is only a wrong candidate.
        Take("\n");
    }

    protected override bool Take(ReadOnlySpan<char> folded)
    {
        Length += folded.Length;
        while (!folded.IsEmpty && !IsTooLong)
        {
            int count = Math.Min(folded.Length, RowChars - _length);
            Span<char> added = _text.AsSpan(_length, count);
            folded[..count].CopyTo(added);
            // Where NUL stands the tokenizer would take the text to end.
            added.Replace('\0', '\x01');
            _length += count;
            _hasNews = true;
            folded = folded[count..];
            if (_length == RowChars)
            {
                Flush();
                _text.AsSpan(RowChars - OverlapChars).CopyTo(_text);
                _length = OverlapChars;
            }
        }

        return !IsTooLong;
    }

    private void Flush()
    {
        if (!_hasNews)
        {
            return;
        }

        _hasNews = false;
        if (_row == IndexRow.MaxRows)
        {
            IsTooLong = true;
            return;
        }

        int size = Encoding.UTF8.GetMaxByteCount(_length);
        if (_utf8.Length < size)
        {
            _utf8 = new byte[size];
        }

        addRow(_isHeader, _row++, _utf8.AsMemory(0, Encoding.UTF8.GetBytes(_text.AsSpan(0, _length), _utf8)));
    }
}
