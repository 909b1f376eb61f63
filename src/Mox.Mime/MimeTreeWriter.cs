using System.Buffers;
using System.Text;

namespace Mox.Mime;

/// <summary>Writes the binary form of <see cref="MimeTreeCodec"/>.</summary>
internal readonly struct MimeTreeWriter(ArrayBufferWriter<byte> output)
{
    public void Byte(byte value) => output.Write([value]);

    public void Flags(params ReadOnlySpan<bool> flags)
    {
        var value = 0;
        for (var i = 0; i < flags.Length; i++)
        {
            value |= flags[i] ? 1 << i : 0;
        }
        Byte((byte)value);
    }

    public void Number(long value)
    {
        var rest = (ulong)value;
        var span = output.GetSpan(10);
        var length = 0;
        for (; rest >= 0x80; rest >>= 7)
        {
            span[length++] = (byte)(rest | 0x80);
        }
        span[length++] = (byte)rest;
        output.Advance(length);
    }

    /// <summary>A text with its length and one more, so that 0 is null.</summary>
    public void Text(string? text)
    {
        if (text is null)
        {
            Number(0);
            return;
        }
        var length = Encoding.UTF8.GetByteCount(text);
        Number(length + 1L);
        output.Advance(Encoding.UTF8.GetBytes(text, output.GetSpan(Math.Max(length, 1))));
    }

    /// <summary>A part and all below; the recursion is bounded by the parser's depth.</summary>
    public void Part(MimePart part, long origin)
    {
        Flags(part.IsOpaque, part.Message is not null);
        Number(part.HeaderStart - origin);
        Number(part.BodyStart - part.HeaderStart);
        Number(part.End - part.BodyStart);
        Number(part.RawLines);
        Number(part.Lines - part.RawLines);
        Text(part.MediaType);
        Text(part.MediaSubtype);
        Parameters(part.Parameters);
        Byte((byte)part.Encoding);
        Text(part.Encoding == TransferEncoding.SevenBit ? null : part.EncodingName);
        Text(part.Id);
        Text(part.Description);
        Text(part.Disposition);
        Parameters(part.DispositionParameters);
        Number(part.Languages.Count);
        foreach (var language in part.Languages)
        {
            Text(language);
        }
        Text(part.Location);
        Text(part.Md5);
        Number(part.Children.Count);
        foreach (var child in part.Children)
        {
            Part(child, part.BodyStart);
        }
        if (part.Message is { } message)
        {
            Part(message, part.BodyStart);
        }
    }

    private void Parameters(IReadOnlyList<MimeParameter> parameters)
    {
        Number(parameters.Count);
        foreach (var parameter in parameters)
        {
            Text(parameter.Name);
            Text(parameter.Value);
            Text(parameter.Extended);
        }
    }
}
