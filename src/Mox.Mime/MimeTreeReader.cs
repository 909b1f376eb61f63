using System.Text;

namespace Mox.Mime;

/// <summary>Reads the binary form of <see cref="MimeTreeCodec"/>, trusting nothing.</summary>
internal ref struct MimeTreeReader(ReadOnlySpan<byte> bytes)
{
    // More than any limit of the parser that makes sense, less than a stack.
    private const int MaxDepth = 500;

    private ReadOnlySpan<byte> _rest = bytes;

    public byte Byte()
    {
        if (_rest.IsEmpty)
        {
            throw Damaged();
        }
        var value = _rest[0];
        _rest = _rest[1..];
        return value;
    }

    public long Number()
    {
        ulong value = 0;
        for (var shift = 0; shift < 63; shift += 7)
        {
            var b = Byte();
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
            {
                return (long)value;
            }
        }
        throw Damaged();
    }

    public readonly void End()
    {
        if (!_rest.IsEmpty)
        {
            throw Damaged();
        }
    }

    public MimePart Part(long origin, int depth)
    {
        if (depth > MaxDepth)
        {
            throw Damaged();
        }
        var flags = Byte();
        var headerStart = Offset(origin);
        var bodyStart = Offset(headerStart);
        var part = new MimePart
        {
            IsOpaque = (flags & 1) != 0,
            HeaderStart = headerStart,
            BodyStart = bodyStart,
            End = Offset(bodyStart),
            RawLines = Number(),
            Lines = Number(),
            MediaType = Known(),
            MediaSubtype = Known(),
            Parameters = Parameters(),
            Encoding = (TransferEncoding)Byte(),
            EncodingName = Text() ?? "7bit",
            Id = Text(),
            Description = Text(),
            Disposition = Text(),
            DispositionParameters = Parameters(),
            Languages = Languages(),
            Location = Text(),
            Md5 = Text(),
        };
        part.Lines += part.RawLines;
        if (!Enum.IsDefined(part.Encoding))
        {
            throw Damaged();
        }
        part.Children = Children(bodyStart, depth + 1);
        part.Message = (flags & 2) != 0 ? Part(bodyStart, depth + 1) : null;
        return part;
    }

    private MimePart[] Children(long origin, int depth)
    {
        var count = Count();
        if (count == 0)
        {
            return [];
        }
        var children = new MimePart[count];
        for (var i = 0; i < count; i++)
        {
            children[i] = Part(origin, depth);
        }
        return children;
    }

    private MimeParameter[] Parameters()
    {
        var count = Count();
        if (count == 0)
        {
            return [];
        }
        var parameters = new MimeParameter[count];
        for (var i = 0; i < count; i++)
        {
            parameters[i] = new MimeParameter(Known(), Text() ?? throw Damaged(), Text());
        }
        return parameters;
    }

    private string[] Languages()
    {
        var count = Count();
        if (count == 0)
        {
            return [];
        }
        var languages = new string[count];
        for (var i = 0; i < count; i++)
        {
            languages[i] = Text() ?? throw Damaged();
        }
        return languages;
    }

    private string? Text()
    {
        var length = Number() - 1;
        if (length < 0)
        {
            return null;
        }
        if (length > _rest.Length)
        {
            throw Damaged();
        }
        var text = Encoding.UTF8.GetString(_rest[..(int)length]);
        _rest = _rest[(int)length..];
        return text;
    }

    /// <summary>A word that is likely to be known already.</summary>
    private string Known()
    {
        var text = Text() ?? throw Damaged();
        return Words.Intern(text);
    }

    private long Offset(long origin)
    {
        var offset = origin + Number();
        return offset < origin ? throw Damaged() : offset;
    }

    /// <summary>A count of things of at least one byte each.</summary>
    private int Count()
    {
        var count = Number();
        return count > _rest.Length ? throw Damaged() : (int)count;
    }

    private static FormatException Damaged() => new("The MIME tree is damaged.");
}
