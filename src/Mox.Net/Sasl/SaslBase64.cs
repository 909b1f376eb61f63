using System.Buffers;
using System.Buffers.Text;

namespace Mox.Net.Sasl;

/// <summary>How SMTP and IMAP carry SASL messages on lines (RFC 4954 section 4, RFC 9051 section 6.2.2).</summary>
public static class SaslBase64
{
    /// <summary>True for <c>*</c>: the client gives up.</summary>
    public static bool IsAbort(ReadOnlySpan<byte> line) => line.SequenceEqual("*"u8);

    /// <summary>
    /// Decodes one message: base64 (RFC 4648 section 4) with padding and nothing else on the line. An empty line is an empty message.
    /// </summary>
    public static bool TryDecode(ReadOnlySpan<byte> line, out byte[] message)
    {
        message = [];
        if (line.Length % 4 != 0)
        {
            return false;
        }

        // The decoder skips white space, the grammar does not.
        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(line.Length)];
        if (line.ContainsAny(" \t\r\n"u8) || Base64.DecodeFromUtf8(line, bytes, out _, out var written) != OperationStatus.Done)
        {
            return false;
        }

        message = bytes[..written];
        return true;
    }

    /// <summary>Decodes an initial response, in which <c>=</c> is an empty message.</summary>
    public static bool TryDecodeInitial(ReadOnlySpan<byte> argument, out byte[] message)
    {
        message = [];
        return argument.SequenceEqual("="u8) || (argument.Length > 0 && TryDecode(argument, out message));
    }

    /// <summary>Encodes a challenge or response, without line end.</summary>
    public static byte[] Encode(ReadOnlySpan<byte> message)
    {
        var text = new byte[Base64.GetMaxEncodedToUtf8Length(message.Length)];
        Base64.EncodeToUtf8(message, text, out _, out _);
        return text;
    }
}
