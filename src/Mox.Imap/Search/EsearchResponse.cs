using Mox.Store;

namespace Mox.Imap.Search;

/// <summary>Writes ESEARCH responses (RFC 4731 section 3.1, RFC 5267 section 4, RFC 7377 section 2.1, RFC 9394 section 3.1).</summary>
internal static class EsearchResponse
{
    /// <summary>The whole response to a search or a sort; nothing when nothing is to be told.</summary>
    /// <param name="session">Whose client reads it, and whose command it answers.</param>
    /// <param name="asked">What to tell.</param>
    /// <param name="uid">UIDs, not sequence numbers.</param>
    /// <param name="result">In the order in which positions count.</param>
    /// <param name="mailbox">For a search in many mailboxes (RFC 7377 section 2.1): whose result it is.</param>
    /// <param name="cancellationToken">Fires when the connection is gone.</param>
    public static async ValueTask WriteAsync(
        ImapSession session, SearchReturn asked, bool uid, SearchResult result, Mailbox? mailbox, CancellationToken cancellationToken)
    {
        if (!asked.HasResponse)
        {
            return;
        }
        var writer = Begin(session, session.Tag, uid, mailbox);
        int count = result.Positions.Count;
        if (asked.Has(SearchReturnItems.Min) && count > 0)
        {
            writer.Raw(" MIN "u8).Number(result.NumberAt(result.Positions[0], uid));
        }
        if (asked.Has(SearchReturnItems.Max) && count > 0)
        {
            writer.Raw(" MAX "u8).Number(result.NumberAt(result.Positions[^1], uid));
        }
        if (asked.Has(SearchReturnItems.Count))
        {
            writer.Raw(" COUNT "u8).Number(count);
        }
        if (asked.Has(SearchReturnItems.All) && count > 0)
        {
            writer.Raw(" ALL "u8);
            await WriteSetAsync(writer, result, 0, count, uid, cancellationToken);
        }
        if (asked.Has(SearchReturnItems.Partial))
        {
            var (start, length) = asked.Partial.Of(count);
            writer.Raw(" PARTIAL ("u8).Raw(asked.Partial.ToString()).Space();
            if (length == 0)
            {
                writer.Raw("NIL"u8);
            }
            else
            {
                await WriteSetAsync(writer, result, start, length, uid, cancellationToken);
            }
            writer.Byte((byte)')');
        }
        if (result.TellsModSeq && count > 0)
        {
            writer.Raw(" MODSEQ "u8).Number(HighestModSeq(asked, result));
        }
        writer.Line();
    }

    /// <summary><c>* ESEARCH (TAG "a") UID</c>: return data follows, each item after a space.</summary>
    public static ImapWriter Begin(ImapSession session, string tag, bool uid, Mailbox? mailbox = null)
    {
        var writer = session.Writer.Raw("* ESEARCH (TAG \""u8).Raw(tag).Byte((byte)'"');
        if (mailbox is not null)
        {
            writer.Raw(" MAILBOX "u8).Mailbox(mailbox.Name.Value).Raw(" UIDVALIDITY "u8).Number(mailbox.UidValidity.Value);
        }
        return writer.Raw(uid ? ") UID"u8 : ")"u8);
    }

    /// <summary>A part of a result as a sequence-set in its order, runs of ascending neighbours as ranges.</summary>
    public static async ValueTask WriteSetAsync(
        ImapWriter writer, SearchResult result, int start, int count, bool uid, CancellationToken cancellationToken)
    {
        for (int i = start, end = start + count; i < end;)
        {
            if (i > start)
            {
                writer.Byte((byte)',');
            }
            uint first = result.NumberAt(result.Positions[i++], uid), last = first;
            while (i < end && result.NumberAt(result.Positions[i], uid) == last + 1)
            {
                last++;
                i++;
            }
            writer.Number(first);
            if (last != first)
            {
                writer.Byte((byte)':').Number(last);
            }
            await writer.FlushIfFullAsync(cancellationToken);
        }
    }

    // Of the messages that the response names: the one or two of MIN and MAX, or all (RFC 4731 section 3.2).
    private static long HighestModSeq(SearchReturn asked, SearchResult result)
    {
        int count = result.Positions.Count;
        if (asked.Has(SearchReturnItems.All | SearchReturnItems.Count))
        {
            return result.HighestModSeq(0, count);
        }
        var (start, length) = asked.Has(SearchReturnItems.Partial) ? asked.Partial.Of(count) : (0, 0);
        return Math.Max(
            result.HighestModSeq(start, length),
            Math.Max(
                asked.Has(SearchReturnItems.Min) ? result.HighestModSeq(0, 1) : 0,
                asked.Has(SearchReturnItems.Max) ? result.HighestModSeq(count - 1, 1) : 0));
    }
}
