namespace Mox.Mime;

/// <summary>
/// The fields of a header block in their order, found while enumerating: nothing is kept, so a block of any size costs
/// no memory.
/// </summary>
/// <remarks>
/// Tolerant: lines that are no field are skipped, line ends may be LF alone, an empty line or the end of the bytes ends
/// the block.
/// </remarks>
public readonly struct HeaderBlock(ReadOnlyMemory<byte> bytes) : IEquatable<HeaderBlock>
{
    /// <summary>The bytes the block was made from.</summary>
    public ReadOnlyMemory<byte> Bytes { get; } = bytes;

    /// <summary>Enumerates the fields.</summary>
    public Enumerator GetEnumerator() => new(Bytes);

    /// <summary>The fields, for LINQ.</summary>
    public IEnumerable<HeaderField> Fields()
    {
        var fields = GetEnumerator();
        while (fields.MoveNext())
        {
            yield return fields.Current;
        }
    }

    /// <summary>The fields of this name, in any case.</summary>
    public IEnumerable<HeaderField> All(string name) => Fields().Where(f => f.Is(name));

    /// <summary>The first field of this name, or null.</summary>
    public HeaderField? First(string name)
    {
        foreach (var field in this)
        {
            if (field.Is(name))
            {
                return field;
            }
        }
        return null;
    }

    /// <summary>The first field of this name unfolded, or null.</summary>
    public string? FirstText(string name) => First(name)?.Text();

    /// <summary>How many fields have this name.</summary>
    public int Count(string name)
    {
        var count = 0;
        foreach (var field in this)
        {
            count += field.Is(name) ? 1 : 0;
        }
        return count;
    }

    /// <inheritdoc/>
    public bool Equals(HeaderBlock other) => Bytes.Equals(other.Bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is HeaderBlock other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Bytes.GetHashCode();

    /// <summary>Same bytes in the same place.</summary>
    public static bool operator ==(HeaderBlock left, HeaderBlock right) => left.Equals(right);

    /// <summary>Not the same bytes in the same place.</summary>
    public static bool operator !=(HeaderBlock left, HeaderBlock right) => !left.Equals(right);

    /// <summary>Walks over a header block.</summary>
    public struct Enumerator
    {
        private readonly ReadOnlyMemory<byte> _bytes;
        private int _next;

        internal Enumerator(ReadOnlyMemory<byte> bytes) => _bytes = bytes;

        /// <summary>The field reached.</summary>
        public HeaderField Current { get; private set; }

        /// <summary>Goes to the next field; false at the end of the block.</summary>
        public bool MoveNext()
        {
            var span = _bytes.Span;
            while (_next < span.Length)
            {
                var start = _next;
                var end = EndOfLine(span, start);
                if (IsEmptyLine(span[start..end]))
                {
                    return false;
                }
                while (end < span.Length && span[end] is (byte)' ' or (byte)'\t')
                {
                    end = EndOfLine(span, end);
                }
                _next = end;
                var colon = span[start..end].IndexOf((byte)':');
                if (HeaderSyntax.IsFieldName(span.Slice(start, Math.Max(colon, 0))))
                {
                    Current = new HeaderField(_bytes[start..end], start, colon);
                    return true;
                }
            }
            return false;
        }

        private static int EndOfLine(ReadOnlySpan<byte> span, int start)
        {
            var end = span[start..].IndexOf((byte)'\n');
            return end < 0 ? span.Length : start + end + 1;
        }

        private static bool IsEmptyLine(ReadOnlySpan<byte> line) => line is [(byte)'\n'] or [(byte)'\r', (byte)'\n'] or [(byte)'\r'];
    }
}
