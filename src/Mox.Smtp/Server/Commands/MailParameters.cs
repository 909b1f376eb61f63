using System.Text;

namespace Mox.Smtp.Server.Commands;

/// <summary>The parameters of MAIL as they come: each at most once, each only in its form.</summary>
/// <remarks>FUTURERELEASE (RFC 4865 section 4) only where mail is submitted; elsewhere it is unknown.</remarks>
internal ref struct MailParameters(bool isSubmission)
{
    // ENVID in its encoded form (RFC 3461 section 4.4).
    private const int MaxEnvelopeIdBytes = 100;

    private bool _hasAuth;
    private long? _size;
    private MailBody? _body;
    private bool _smtpUtf8;
    private DsnReturn? _return;
    private string? _envelopeId;

    /// <summary>HOLDFOR or HOLDUNTIL.</summary>
    public FutureRelease? Release { get; private set; }

    /// <summary>All of them, for a sender.</summary>
    public readonly Envelope Envelope(ReversePath from) => new(from, _size, _body ?? MailBody.SevenBit, _smtpUtf8)
    {
        Dsn = _return is null && _envelopeId is null ? null : new DsnRequest(_return, _envelopeId),
    };

    /// <summary>Takes the next one.</summary>
    public void Take(ReadOnlySpan<byte> keyword, ReadOnlySpan<byte> value, bool hasValue)
    {
        if (Is(keyword, "SIZE"u8))
        {
            Once(_size is null, "SIZE");
            _size = SizeValue(value);
        }
        else if (Is(keyword, "BODY"u8))
        {
            Once(_body is null, "BODY");
            _body = BodyValue(value);
        }
        else if (Is(keyword, "SMTPUTF8"u8))
        {
            Once(!_smtpUtf8, "SMTPUTF8");
            _smtpUtf8 = !hasValue ? true : throw SmtpReplyException.Parameter("SMTPUTF8 takes no value");
        }
        else if (Is(keyword, "AUTH"u8))
        {
            // Who is said to have sent it (RFC 4954 section 5): read, and not believed.
            Once(!_hasAuth, "AUTH");
            _hasAuth = SmtpScanner.IsXText(value) && hasValue ? true : throw SmtpReplyException.Parameter("bad AUTH value");
        }
        else if (!TakeDsn(keyword, value) && !(isSubmission && TakeRelease(keyword, value)))
        {
            throw new SmtpReplyException(555, 5, 3, 3, $"unknown parameter {Encoding.ASCII.GetString(keyword)}");
        }
    }

    // RFC 3461 section 4.
    private bool TakeDsn(ReadOnlySpan<byte> keyword, ReadOnlySpan<byte> value)
    {
        if (Is(keyword, "RET"u8))
        {
            Once(_return is null, "RET");
            _return = Is(value, "FULL"u8) ? DsnReturn.Full
                : Is(value, "HDRS"u8) ? DsnReturn.Headers
                : throw SmtpReplyException.Parameter("RET is FULL or HDRS");
            return true;
        }
        if (Is(keyword, "ENVID"u8))
        {
            Once(_envelopeId is null, "ENVID");
            _envelopeId = EnvelopeId(value);
            return true;
        }
        return false;
    }

    private bool TakeRelease(ReadOnlySpan<byte> keyword, ReadOnlySpan<byte> value)
    {
        bool isInterval = Is(keyword, "HOLDFOR"u8);
        if (isInterval || Is(keyword, "HOLDUNTIL"u8))
        {
            Once(Release is null, "HOLDFOR or HOLDUNTIL");
            Release = isInterval ? FutureRelease.For(value) : FutureRelease.At(value);
            return true;
        }
        return false;
    }

    private static string EnvelopeId(ReadOnlySpan<byte> value) =>
        value.Length > MaxEnvelopeIdBytes ? throw SmtpReplyException.Parameter($"ENVID has at most {MaxEnvelopeIdBytes} characters")
        : XText.TryDecode(value, out string id) && OriginalRecipientText.IsPrintable(id) && value.Length > 0 ? id
        : throw SmtpReplyException.Parameter("ENVID is xtext of printable characters");

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
