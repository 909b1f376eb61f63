using System.Text;

namespace Mox.Smtp.Server.Commands;

/// <summary>The parameters of RCPT as they come: NOTIFY and ORCPT, each at most once (RFC 3461 section 4).</summary>
internal ref struct RcptParameters
{
    private DsnNotify? _notify;
    private OriginalRecipient? _original;

    /// <summary>All of them, for a recipient.</summary>
    public readonly RecipientRequest Recipient(ForwardPath path) => new(path, _notify, _original);

    /// <summary>Takes the next one.</summary>
    public void Take(ReadOnlySpan<byte> keyword, ReadOnlySpan<byte> value)
    {
        if (Ascii.EqualsIgnoreCase(keyword, "NOTIFY"u8))
        {
            Once(_notify is null, "NOTIFY");
            _notify = Notify(value);
        }
        else if (Ascii.EqualsIgnoreCase(keyword, "ORCPT"u8))
        {
            Once(_original is null, "ORCPT");
            _original = OriginalRecipientText.TryParse(value) ?? throw SmtpReplyException.Parameter("ORCPT is type;address, the address in xtext");
        }
        else
        {
            throw new SmtpReplyException(555, 5, 3, 3, $"unknown parameter {Encoding.ASCII.GetString(keyword)}");
        }
    }

    // notify-esmtp-value = "NEVER" / 1#notify-list-element (RFC 3461 section 4.1).
    private static DsnNotify Notify(ReadOnlySpan<byte> value)
    {
        if (Ascii.EqualsIgnoreCase(value, "NEVER"u8))
        {
            return DsnNotify.Never;
        }
        var notify = DsnNotify.Never;
        foreach (var range in value.Split((byte)','))
        {
            var word = value[range];
            notify |= Ascii.EqualsIgnoreCase(word, "SUCCESS"u8) ? DsnNotify.Success
                : Ascii.EqualsIgnoreCase(word, "FAILURE"u8) ? DsnNotify.Failure
                : Ascii.EqualsIgnoreCase(word, "DELAY"u8) ? DsnNotify.Delay
                : throw SmtpReplyException.Parameter("NOTIFY is NEVER, or of SUCCESS, FAILURE and DELAY");
        }
        return notify;
    }

    private static void Once(bool isFirst, string name)
    {
        if (!isFirst)
        {
            throw SmtpReplyException.Parameter($"{name} given twice");
        }
    }
}
