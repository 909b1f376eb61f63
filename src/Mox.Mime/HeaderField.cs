using System.Text;

namespace Mox.Mime;

/// <summary>One field of a header block, as the bytes that stand there (RFC 5322 section 2.2).</summary>
public readonly struct HeaderField
{
    private readonly int _nameLength;

    internal HeaderField(ReadOnlyMemory<byte> raw, int offset, int nameLength)
    {
        Raw = raw;
        Offset = offset;
        _nameLength = nameLength;
    }

    /// <summary>The whole field: name, colon, value with its folds, and the line end.</summary>
    public ReadOnlyMemory<byte> Raw { get; }

    /// <summary>Offset of the field in its header block.</summary>
    public int Offset { get; }

    /// <summary>The name as it is written.</summary>
    public string Name => Encoding.Latin1.GetString(NameBytes);

    /// <summary>The name's bytes, without white space before the colon.</summary>
    public ReadOnlySpan<byte> NameBytes => Raw.Span[.._nameLength].TrimEnd(" \t"u8);

    /// <summary>Offset of the value in its header block: the byte after the colon.</summary>
    public int ValueOffset => Offset + _nameLength + 1;

    /// <summary>The value's bytes from after the colon, folds included, final line end not.</summary>
    public ReadOnlyMemory<byte> RawValue
    {
        get
        {
            var value = Raw[(_nameLength + 1)..];
            var span = value.Span;
            if (span.EndsWith("\n"u8))
            {
                value = value[..^(span.EndsWith("\r\n"u8) ? 2 : 1)];
            }
            return value;
        }
    }

    /// <summary>Whether the field has this name, in any case.</summary>
    public bool Is(string name) => Ascii.EqualsIgnoreCase(NameBytes, name);

    /// <summary>
    /// The value unfolded and trimmed (RFC 5322 section 2.2.3): UTF-8 where it is that, else read as Latin-1.
    /// </summary>
    public string Text() => HeaderText.Unfold(RawValue.Span);

    /// <summary>The value unfolded, with encoded words decoded (RFC 2047).</summary>
    public string DecodedText() => EncodedWord.Decode(Text());
}
