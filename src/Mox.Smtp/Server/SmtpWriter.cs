using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Mox.Net;

namespace Mox.Smtp.Server;

/// <summary>The only code that writes to the client: replies, wrapped and made harmless, flushed by the session.</summary>
internal sealed class SmtpWriter(PipeWriter output)
{
    // A reply line has at most 512 octets with its CRLF (RFC 5321 section 4.5.3.1.5).
    private const int MaxLineBytes = 510;
    private const int PreferredBreak = 400;

    // A challenge is one line, however long (RFC 4954 section 4).
    private const int ChallengeCode = 334;

    /// <summary>Bytes written and not flushed.</summary>
    public int Unflushed { get; private set; }

    /// <summary>Writes a reply into the buffer.</summary>
    /// <param name="reply">What to say.</param>
    /// <param name="errorId">Stands in parentheses at the end of the last line of an error, so that the peer's postmaster can quote it.</param>
    /// <param name="isUtf8">The client has asked for SMTPUTF8, so text may be UTF-8 (RFC 6531 section 3.7.4).</param>
    public void Write(SmtpReply reply, string? errorId = null, bool isUtf8 = false) => Unflushed += Encode(output, reply, errorId, isUtf8);

    /// <summary>Sends what is buffered.</summary>
    public ValueTask<FlushResult> FlushAsync(CancellationToken ct)
    {
        Unflushed = 0;
        return output.FlushAsync(ct);
    }

    /// <summary>Writes a reply as slow mode does. False when the peer is gone.</summary>
    public ValueTask<bool> WriteSlowlyAsync(
        SmtpReply reply, string? errorId, bool isUtf8, TimeSpan budget, TimeProvider time, CancellationToken stopping, CancellationToken ct)
    {
        var buffer = new ArrayBufferWriter<byte>();
        Encode(buffer, reply, errorId, isUtf8);
        return SlowMode.WriteAsync(output, buffer.WrittenMemory, budget, time, stopping, ct);
    }

    /// <summary>Writes the reply's wire form and tells its length.</summary>
    internal static int Encode(IBufferWriter<byte> output, SmtpReply reply, string? errorId, bool isUtf8)
    {
        int total = 0;
        var text = errorId is not null && !reply.IsPositive ? $"{reply.Text} ({errorId})" : reply.Text;
        var rest = text.AsSpan();
        string status = reply.Status is { } s ? s.ToString() : "";
        int prefix = 4 + (status.Length > 0 ? status.Length + 1 : 0);
        int max = reply.Code == ChallengeCode ? SmtpOptions.MaxAuthLineBytes : MaxLineBytes;
        while (true)
        {
            var line = NextLine(ref rest, max - prefix, isUtf8);
            bool isLast = rest.IsEmpty;
            // Three octets a character at most, for characters outside the first plane it is two for each half.
            var span = output.GetSpan(prefix + line.Length * 3 + 2);
            Digits(reply.Code, span);
            span[3] = isLast ? (byte)' ' : (byte)'-';
            int at = 4;
            if (status.Length > 0)
            {
                at += Encoding.ASCII.GetBytes(status, span[at..]);
                span[at++] = (byte)' ';
            }
            at += Text(line, span[at..], isUtf8);
            span[at++] = (byte)'\r';
            span[at++] = (byte)'\n';
            output.Advance(at);
            total += at;
            if (isLast)
            {
                return total;
            }
        }
    }

    private static void Digits(int code, Span<byte> output)
    {
        output[0] = (byte)('0' + code / 100 % 10);
        output[1] = (byte)('0' + code / 10 % 10);
        output[2] = (byte)('0' + code % 10);
    }

    // Takes one line off the text: up to a line feed, or as much as fits, broken at a space where one comes late enough.
    private static ReadOnlySpan<char> NextLine(ref ReadOnlySpan<char> rest, int maxBytes, bool isUtf8)
    {
        int feed = rest.IndexOf('\n');
        var line = feed < 0 ? rest : rest[..feed];
        int bytes = isUtf8 ? Encoding.UTF8.GetByteCount(line) : line.Length;
        if (bytes <= maxBytes)
        {
            rest = feed < 0 ? default : rest[(feed + 1)..];
            return line;
        }
        int fit = isUtf8 ? maxBytes / 3 : maxBytes;
        int space = line[..fit].LastIndexOf(' ');
        int cut = space >= (isUtf8 ? PreferredBreak / 3 : PreferredBreak) ? space + 1 : fit;
        if (char.IsHighSurrogate(line[cut - 1]))
        {
            cut--;
        }
        rest = rest[cut..];
        return line[..cut];
    }

    // No control character of a client's words goes back to a terminal or starts a line.
    private static int Text(ReadOnlySpan<char> text, Span<byte> output, bool isUtf8)
    {
        int written = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            bool harmless = rune.IsAscii ? rune.Value is >= 0x20 and < 0x7f or '\t' : isUtf8 && !Rune.IsControl(rune);
            written += harmless ? rune.EncodeToUtf8(output[written..]) : new Rune('?').EncodeToUtf8(output[written..]);
        }
        return written;
    }
}
