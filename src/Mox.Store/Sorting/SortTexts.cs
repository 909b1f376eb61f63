namespace Mox.Store;

/// <summary>One text key of each message, in the order in which they were asked for: they compare by their octets.</summary>
public sealed class SortTexts
{
    private readonly int[] _starts;
    private readonly int[] _lengths;
    private byte[] _bytes = [];
    private int _used;

    /// <summary>Room for so many, all empty.</summary>
    public SortTexts(int count)
    {
        _starts = new int[count];
        _lengths = new int[count];
    }

    /// <summary>How many there are.</summary>
    public int Count => _starts.Length;

    /// <summary>The key of a message, UTF-8; empty when it has none.</summary>
    public ReadOnlySpan<byte> this[int index] => _bytes.AsSpan(_starts[index], _lengths[index]);

    /// <summary>Sets the key of a message, once.</summary>
    public void Set(int index, ReadOnlySpan<byte> key)
    {
        if (_bytes.Length - _used < key.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_used + key.Length, Math.Max(Count * 16, _bytes.Length * 2)));
        }

        key.CopyTo(_bytes.AsSpan(_used));
        _starts[index] = _used;
        _lengths[index] = key.Length;
        _used += key.Length;
    }
}
