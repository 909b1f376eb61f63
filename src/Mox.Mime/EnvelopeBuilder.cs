namespace Mox.Mime;

/// <summary>Gathers the fields of a message into its envelope.</summary>
internal sealed class EnvelopeBuilder
{
    // Entries of one address field; of a message of which the header is only To fields too.
    private const int MaxAddresses = 10_000;
    private const int MaxTextLength = 16_384;

    private string? _date, _subject, _inReplyTo, _messageId, _references;
    private IReadOnlyList<EmailAddress> _from = [], _sender = [], _replyTo = [], _to = [], _cc = [], _bcc = [];
    private int _addresses;

    public static MessageEnvelope Build(HeaderBlock header)
    {
        var builder = new EnvelopeBuilder();
        var seen = new HashSet<FieldId>();
        foreach (var field in header)
        {
            if (FieldIds.Find(field.NameBytes) is >= FieldId.Date and var id)
            {
                builder.Add(id, field.RawValue.Span, seen.Add(id));
            }
        }
        return builder.Build();
    }

    /// <summary>
    /// Takes a field and tells how many addresses it added. The first of its kind counts, but recipients of several
    /// fields are joined.
    /// </summary>
    public int Add(FieldId id, ReadOnlySpan<byte> value, bool isFirst)
    {
        var before = _addresses;
        Take(id, value, isFirst);
        return _addresses - before;
    }

    private void Take(FieldId id, ReadOnlySpan<byte> value, bool isFirst)
    {
        if (!isFirst && id is not (FieldId.To or FieldId.Cc or FieldId.Bcc))
        {
            return;
        }
        switch (id)
        {
            case FieldId.Date:
                _date = Text(value);
                break;
            case FieldId.Subject:
                _subject = Text(value);
                break;
            case FieldId.InReplyTo:
                _inReplyTo = Text(value);
                break;
            case FieldId.MessageId:
                _messageId = Text(value);
                break;
            case FieldId.References:
                _references = Text(value);
                break;
            case FieldId.From:
                _from = Addresses(_from, value);
                break;
            case FieldId.Sender:
                _sender = Addresses(_sender, value);
                break;
            case FieldId.ReplyTo:
                _replyTo = Addresses(_replyTo, value);
                break;
            case FieldId.To:
                _to = Addresses(_to, value);
                break;
            case FieldId.Cc:
                _cc = Addresses(_cc, value);
                break;
            case FieldId.Bcc:
                _bcc = Addresses(_bcc, value);
                break;
        }
    }

    public MessageEnvelope Build() => new()
    {
        DateText = _date,
        SubjectText = _subject,
        From = _from,
        Sender = _sender,
        ReplyTo = _replyTo,
        To = _to,
        Cc = _cc,
        Bcc = _bcc,
        InReplyToText = _inReplyTo,
        MessageIdText = _messageId,
        ReferencesText = _references,
    };

    private static string Text(ReadOnlySpan<byte> value)
    {
        var text = HeaderText.Unfold(value);
        return text.Length > MaxTextLength ? text[..MaxTextLength] : text;
    }

    private IReadOnlyList<EmailAddress> Addresses(IReadOnlyList<EmailAddress> before, ReadOnlySpan<byte> value)
    {
        if (before.Count >= MaxAddresses)
        {
            return before;
        }
        var parsed = AddressListParser.ParseList(HeaderText.Unfold(value), MaxAddresses - before.Count);
        _addresses += parsed.Count;
        if (before.Count == 0)
        {
            return parsed;
        }
        // The list is ours: it came from the parser below.
        ((List<EmailAddress>)before).AddRange(parsed);
        return before;
    }
}
