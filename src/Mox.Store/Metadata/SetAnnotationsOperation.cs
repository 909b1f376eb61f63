namespace Mox.Store;

/// <summary>Sets and removes entries of metadata of one mailbox or of the server, all or none.</summary>
internal sealed class SetAnnotationsOperation(MailboxId? mailbox, IReadOnlyList<(AnnotationEntry Entry, byte[]? Value)> values)
    : WriteOperation<ModSeq>
{
    protected override ModSeq Run(WriteContext context)
    {
        if (mailbox is { } id)
        {
            _ = context.Mailbox(id);
        }

        Set(context, mailbox, values);
        return context.ModSeq;
    }

    /// <summary>Copies the entries of a mailbox to another.</summary>
    internal static void Copy(WriteContext context, MailboxId from, MailboxId to) =>
        Set(context, to, [.. AnnotationRows.Read(context.Database, from).Select(a => (a.Entry, (byte[]?)a.Value))]);

    private static void Set(WriteContext context, MailboxId? mailbox, IReadOnlyList<(AnnotationEntry Entry, byte[]? Value)> values)
    {
        var changed = new List<AnnotationEntry>();
        foreach ((AnnotationEntry entry, byte[]? value) in values)
        {
            byte[]? old = AnnotationRows.Read(context.Database, mailbox, entry);
            if (value is null ? old is null : old is not null && value.AsSpan().SequenceEqual(old))
            {
                continue;
            }

            if (value is null)
            {
                AnnotationRows.Delete(context.Database, mailbox, entry);
            }
            else
            {
                AnnotationRows.Write(context.Database, mailbox, entry, value, context.ModSeq);
            }

            changed.Add(entry);
        }

        if (changed.Count == 0)
        {
            return;
        }

        // What is removed makes room for what is set with it, so it is counted at the end.
        (long count, long bytes) = AnnotationRows.Usage(context.Database);
        if (count > context.Options.MaxAnnotations)
        {
            throw new TooManyAnnotationsException();
        }

        if (bytes > context.Options.MaxAnnotationBytes)
        {
            long largest = values.Max(v => v.Value?.LongLength ?? 0);
            throw new AnnotationsTooLargeException(Math.Max(0, largest - (bytes - context.Options.MaxAnnotationBytes)));
        }

        context.Changes.Add(new ChangeAnnotations(mailbox, context.ModSeq, [.. changed.Distinct()]));
    }
}
