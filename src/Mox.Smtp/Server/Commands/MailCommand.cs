using System.Text;

namespace Mox.Smtp.Server.Commands;

/// <summary>MAIL (RFC 5321 section 4.1.1.2), with SIZE, BODY, AUTH and SMTPUTF8: begins a transaction.</summary>
internal static class MailCommand
{
    // Up to this size a refusal speaks of the receiver's limit, above it of everybody's (spec: 5.2.3 or 5.3.4).
    private const long UsualMaxBytes = 104_857_600;

    private static readonly SmtpReply Accepted = new(250, 2, 1, 0, "sender ok");

    public static SmtpCommand Definition { get; } = SmtpCommand.Create("MAIL", SmtpPhases.Greeted, Parse, ExecuteAsync);

    public static MailRequest Parse(ref SmtpScanner input)
    {
        input.Space();
        input.Literal("FROM:"u8);
        if (!input.IsPedantic)
        {
            // RFC says no space here; many senders put one.
            input.TrySpace();
        }
        var from = input.ReversePath();
        var parameters = new Parameters();
        bool hasParameters = false;
        while (input.TryParameter(out var keyword, out var value, out bool hasValue))
        {
            hasParameters = true;
            parameters.Take(keyword, value, hasValue);
        }
        var body = parameters.Body ?? MailBody.SevenBit;
        return new MailRequest(new Envelope(from, parameters.Size, body, parameters.SmtpUtf8), hasParameters);
    }

    private static async ValueTask<SmtpReply> ExecuteAsync(SmtpSession session, MailRequest request, CancellationToken ct)
    {
        var (envelope, options) = (request.Envelope, session.Options);
        if (options.RequireStartTls && session.Tls is null)
        {
            return new SmtpReply(530, 5, 7, 0, "this server takes mail over TLS only: say STARTTLS first");
        }
        if (request.HasParameters && !session.IsExtended)
        {
            return new SmtpReply(555, 5, 5, 4, "parameters need EHLO");
        }
        if (envelope.SizeBytes > options.MaxMessageBytes)
        {
            var (subject, detail) = envelope.SizeBytes < UsualMaxBytes ? (2, 3) : (3, 4);
            return new SmtpReply(552, 5, (ushort)subject, (ushort)detail, $"message too large, the limit is {options.MaxMessageBytes} bytes");
        }
        if (options.Pedantic && !envelope.SmtpUtf8 && envelope.From.Mailbox is { LocalPart.IsAscii: false })
        {
            return new SmtpReply(553, 5, 6, 7, "this address needs SMTPUTF8");
        }
        if (envelope.From.Mailbox is { Host.Literal: not null })
        {
            return new SmtpReply(550, 5, 1, 8, "an address literal cannot be replied to");
        }
        return await session.BeginAsync(envelope, ct) ?? Accepted;
    }

    /// <summary>The parameters as they come: each at most once, each only in its form.</summary>
    private ref struct Parameters
    {
        private bool _hasAuth;

        public long? Size;
        public MailBody? Body;
        public bool SmtpUtf8;

        public void Take(ReadOnlySpan<byte> keyword, ReadOnlySpan<byte> value, bool hasValue)
        {
            if (Is(keyword, "SIZE"u8))
            {
                Once(Size is null, "SIZE");
                Size = SizeValue(value);
            }
            else if (Is(keyword, "BODY"u8))
            {
                Once(Body is null, "BODY");
                Body = BodyValue(value);
            }
            else if (Is(keyword, "SMTPUTF8"u8))
            {
                Once(!SmtpUtf8, "SMTPUTF8");
                SmtpUtf8 = !hasValue ? true : throw SmtpReplyException.Parameter("SMTPUTF8 takes no value");
            }
            else if (Is(keyword, "AUTH"u8))
            {
                // Who is said to have sent it (RFC 4954 section 5): read, and not believed.
                Once(!_hasAuth, "AUTH");
                _hasAuth = SmtpScanner.IsXText(value) && hasValue ? true : throw SmtpReplyException.Parameter("bad AUTH value");
            }
            else
            {
                throw new SmtpReplyException(555, 5, 3, 3, $"unknown parameter {Encoding.ASCII.GetString(keyword)}");
            }
        }

        private static bool Is(ReadOnlySpan<byte> keyword, ReadOnlySpan<byte> name) => Ascii.EqualsIgnoreCase(keyword, name);

        private static void Once(bool isFirst, string name)
        {
            if (!isFirst)
            {
                throw SmtpReplyException.Parameter($"{name} given twice");
            }
        }

        // size-value = 1*20DIGIT (RFC 1870 section 4); what does not fit a long is too large anyway.
        private static long SizeValue(ReadOnlySpan<byte> value)
        {
            if (value.Length is 0 or > 20 || value.IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0)
            {
                throw SmtpReplyException.Parameter("SIZE is a number");
            }
            return long.TryParse(value, out long size) ? size : long.MaxValue;
        }

        private static MailBody BodyValue(ReadOnlySpan<byte> value) =>
            Is(value, "7BIT"u8) ? MailBody.SevenBit
            : Is(value, "8BITMIME"u8) ? MailBody.EightBitMime
            : Is(value, "BINARYMIME"u8) ? MailBody.BinaryMime
            : throw new SmtpReplyException(555, 5, 5, 4, "BODY is 7BIT, 8BITMIME or BINARYMIME");
    }
}
