using System.Buffers;

namespace Mox.Mime;

/// <summary>
/// The compact binary form of a parsed message, for the store's row: offsets, lines, types; no envelopes, no problems.
/// </summary>
/// <remarks>
/// A version byte, then the message's facts, then its parts depth first. Numbers are LEB128; offsets are differences,
/// so that a plain
/// message takes some 40 bytes. Written for one purpose: to be read back by this class in any later version.
/// </remarks>
public static class MimeTreeCodec
{
    /// <summary>The version that <see cref="Encode"/> writes; a row of another version is parsed again.</summary>
    public const byte Version = 1;

    /// <summary>Encodes a message.</summary>
    public static byte[] Encode(ParsedMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var output = new ArrayBufferWriter<byte>(256);
        var writer = new MimeTreeWriter(output);
        writer.Byte(Version);
        writer.Flags(message.HasBareLf, message.HasBareCr, message.HasNul, message.Has8BitBody, message.HasHeaderEnd, message.IsTruncated);
        writer.Number(message.SizeBytes);
        writer.Number(message.HeaderLines8Bit);
        writer.Number(message.LongestLineBytes);
        writer.Number(message.PartCount);
        writer.Part(message.Root, 0);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>Decodes what <see cref="Encode"/> made.</summary>
    /// <exception cref="FormatException">The bytes are damaged or of a version this code does not know.</exception>
    public static ParsedMessage Decode(ReadOnlySpan<byte> bytes)
    {
        var reader = new MimeTreeReader(bytes);
        if (reader.Byte() != Version)
        {
            throw new FormatException("The MIME tree is of another version.");
        }
        var flags = reader.Byte();
        var size = reader.Number();
        var message = new ParsedMessage
        {
            SizeBytes = size,
            HasBareLf = (flags & 1) != 0,
            HasBareCr = (flags & 2) != 0,
            HasNul = (flags & 4) != 0,
            Has8BitBody = (flags & 8) != 0,
            HasHeaderEnd = (flags & 16) != 0,
            IsTruncated = (flags & 32) != 0,
            HeaderLines8Bit = (int)Math.Min(reader.Number(), int.MaxValue),
            LongestLineBytes = reader.Number(),
            PartCount = (int)Math.Min(reader.Number(), int.MaxValue),
            Root = reader.Part(0, 0),
        };
        reader.End();
        return message;
    }
}
