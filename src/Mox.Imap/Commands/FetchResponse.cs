using System.Globalization;
using Mox.Mime;
using Mox.Store;

namespace Mox.Imap.Commands;

/// <summary>Writes FETCH responses (RFC 3501 section 7.4.2) for one set of data items.</summary>
internal sealed class FetchResponse
{
    private readonly ImapSession _session;
    private readonly ImapWriter _writer;
    private readonly List<FetchItem> _items;
    private readonly bool _needsTree;
    private readonly bool _hasBinary;

    public FetchResponse(ImapSession session, FetchAttributes attributes)
    {
        _session = session;
        _writer = session.Writer;
        _items = attributes.Items;
        Columns = ColumnsOf(attributes);
        _hasBinary = _items.Exists(i => BinaryItem.Is(i.Kind));
        _needsTree = _hasBinary || _items.Exists(i => i.Section is { NeedsTree: true });
    }

    /// <summary>What of rows the items need; null when the snapshot has it all.</summary>
    public MessageColumns? Columns { get; }

    /// <summary>One response; the file is opened only for sections that the row does not hold.</summary>
    public async ValueTask WriteAsync(FetchSubject subject, CancellationToken cancellationToken)
    {
        MessageContent? content = null;
        MimePart? tree = null;
        MessageRow? file = null;
        try
        {
            if (_hasBinary && (file = WithFile(subject.Row!)) is not null)
            {
                tree = MimeTreeCodec.Decode(file.MimeTree).Root;
                _items.FindAll(i => BinaryItem.Is(i.Kind)).ForEach(i => BinaryItem.Check(i.Section!, tree));
            }
            MessageResponse.Begin(_session, subject.Index, subject.Entry.Uid);
            for (int i = 0; i < _items.Count; i++)
            {
                if (i > 0)
                {
                    _writer.Space();
                }
                if (_items[i].Section is { } section)
                {
                    _writer.Raw(section.Echo).Space();
                    if (section.IsUsualHeader && subject.Row!.UsualHeader is { } usual)
                    {
                        await WriteBytesAsync(section, SectionBytes.Fields(section, usual), null, cancellationToken);
                        continue;
                    }
                    file ??= WithFile(subject.Row!);
                    content ??= file is null ? null : _session.Account.OpenContent(file);
                    if (section.NeedsTree && file is not null)
                    {
                        tree ??= MimeTreeCodec.Decode(file.MimeTree).Root;
                    }
                    if (BinaryItem.Is(_items[i].Kind))
                    {
                        await BinaryItem.WriteAsync(_writer, _items[i], content, tree, cancellationToken);
                        continue;
                    }
                    var found = content is null ? null : SectionBytes.Find(section, content, tree);
                    await WriteBytesAsync(section, found, content, cancellationToken);
                }
                else
                {
                    WriteItem(_items[i].Kind, subject);
                }
            }
            MessageResponse.End(_session);
        }
        finally
        {
            content?.Dispose();
        }
        await _writer.FlushIfFullAsync(cancellationToken);
    }

    private static MessageColumns? ColumnsOf(FetchAttributes attributes)
    {
        MessageColumns? columns = null;
        foreach (var item in attributes.Items)
        {
            columns = item.Kind switch
            {
                FetchItemKind.Preview => (columns ?? 0) | MessageColumns.Preview,
                FetchItemKind.ThreadId => columns ?? MessageColumns.None,
                FetchItemKind.Envelope => (columns ?? 0) | MessageColumns.Envelope,
                FetchItemKind.Body or FetchItemKind.BodyStructure => (columns ?? 0) | MessageColumns.BodyStructure,
                FetchItemKind.Binary or FetchItemKind.BinarySize => (columns ?? 0) | MessageColumns.Prefix | MessageColumns.MimeTree,
                FetchItemKind.Section when item.Section!.IsUsualHeader => (columns ?? 0) | MessageColumns.UsualHeader,
                FetchItemKind.Section when item.Section!.NeedsTree => (columns ?? 0) | MessageColumns.Prefix | MessageColumns.MimeTree,
                FetchItemKind.Section => (columns ?? 0) | MessageColumns.Prefix,
                _ => columns,
            };
        }
        return columns;
    }

    private void WriteItem(FetchItemKind kind, in FetchSubject subject)
    {
        var entry = subject.Entry;
        bool utf8 = _session.Utf8Enabled;
        switch (kind)
        {
            case FetchItemKind.Uid:
                _writer.Raw("UID "u8).Number(entry.Uid.Value);
                break;
            case FetchItemKind.Flags:
                _writer.Raw("FLAGS "u8);
                ImapFlags.Write(_writer, entry.Flags, entry.Keywords);
                break;
            case FetchItemKind.ModSeq:
                _writer.Raw("MODSEQ ("u8).Number(entry.ModSeq.Value).Byte((byte)')');
                break;
            case FetchItemKind.Size:
                _writer.Raw("RFC822.SIZE "u8).Number(entry.SizeBytes);
                break;
            case FetchItemKind.InternalDate:
                _writer.Raw("INTERNALDATE "u8);
                WriteDate(entry.ReceivedAt);
                break;
            case FetchItemKind.SaveDate:
                // SAVEDATE (RFC 8514 section 4.2)
                _writer.Raw("SAVEDATE "u8);
                WriteDate(entry.SavedAt);
                break;
            case FetchItemKind.Preview:
                _writer.Raw("PREVIEW "u8).String(PreviewItem.Cut(subject.Row!.Preview!));
                break;
            case FetchItemKind.EmailId:
                _writer.Raw("EMAILID ("u8).Raw(ObjectIds.Of(entry.MessageId)).Byte((byte)')');
                break;
            case FetchItemKind.ThreadId:
                _writer.Raw("THREADID ("u8).Raw(ObjectIds.OfThread(subject.Row!.FirstThreadId)).Byte((byte)')');
                break;
            case FetchItemKind.Envelope:
                _writer.Raw("ENVELOPE "u8).Raw(utf8 ? subject.Row!.EnvelopeUtf8 : subject.Row!.Envelope);
                break;
            case FetchItemKind.Body:
                _writer.Raw("BODY "u8).Raw(utf8 ? subject.Row!.BodyUtf8 : subject.Row!.Body);
                break;
            case FetchItemKind.BodyStructure:
                _writer.Raw("BODYSTRUCTURE "u8).Raw(utf8 ? subject.Row!.BodyStructureUtf8 : subject.Row!.BodyStructure);
                break;
        }
    }

    // date-time = DQUOTE date-day-fixed "-" date-month "-" date-year SP time SP zone DQUOTE
    private void WriteDate(DateTimeOffset date)
    {
        Span<byte> text = stackalloc byte[32];
        date.UtcDateTime.TryFormat(text, out int written, "dd-MMM-yyyy HH:mm:ss", CultureInfo.InvariantCulture);
        _writer.Byte((byte)'"').Raw(text[..written]).Raw(" +0000\""u8);
    }

    // Whoever asked for the usual header alone did not ask for what leads into the file.
    private MessageRow? WithFile(MessageRow row) => row.Prefix is not null && (row.MimeTree is not null || !_needsTree)
        ? row : _session.Account.ReadRows([row.Id], MessageColumns.Prefix | MessageColumns.MimeTree)[0];

    private async ValueTask WriteBytesAsync(
        BodySection section, SectionBytes? found, MessageContent? content, CancellationToken cancellationToken)
    {
        if (found is not { } bytes)
        {
            _writer.Raw("NIL"u8);
            return;
        }
        if (section.Offset is { } offset)
        {
            bytes = bytes.Part(offset, section.Count);
        }
        _writer.Byte((byte)'{').Number(bytes.Length).Raw("}\r\n"u8);
        if (bytes.Memory is { } memory)
        {
            _writer.Raw(memory.Span);
            return;
        }
        await _writer.CopyAsync(
            bytes.Length, (at, into) => content!.Read(bytes.Start + at, into.Span), cancellationToken);
    }
}
