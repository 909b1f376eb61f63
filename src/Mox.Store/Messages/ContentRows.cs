using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace Mox.Store;

/// <summary>Reads and writes rows of the tables Contents and ParsedContents.</summary>
internal static class ContentRows
{
    internal const int MinRun = 4;
    private const int MaxStep = 4;

    private static readonly ConcurrentDictionary<(MessageColumns Columns, bool IsScan), string> Selects = new();

    public static void Insert(
        Database database, MessageId id, NewMessage message, MailboxId origin, long receivedAt, long sizeBytes, in ThreadLink thread)
    {
        MessageSummary summary = message.Content.Summary;
        SenderEvidence? evidence = message.Evidence;
        database.Prepare(
            """
            INSERT INTO Contents (Id, SizeBytes, ReceivedAt, SentAt, ThreadId, ThreadParentId, IsThreadLinkMissing, IsDsn, OriginMailboxId,
                MessageIdHeader, SubjectBase, Subject, FromHeader, ToHeader, CcHeader, BccHeader, Preview,
                MailFrom, RcptTo, RemoteIp, EhloDomain, TlsProtocol, TlsCipherSuite,
                FromLocalPart, FromDomain, FromOrganization, FromProof, MailFromProof, EhloProof, SigningDomains, FirstThreadId)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
                (SELECT FirstThreadId FROM Contents WHERE Id = ?))
            """)
            .Bind(id.Value).Bind(sizeBytes).Bind(receivedAt).Bind(summary.SentAt)
            .Bind(thread.ThreadId).Bind(thread.ParentId).Bind(thread.IsLinkMissing).Bind(summary.IsDsn).Bind(origin.Value)
            .Bind(summary.MessageIdHeader).Bind(summary.SubjectBase)
            .Bind(summary.Subject).Bind(summary.From).Bind(summary.To).Bind(summary.Cc).Bind(summary.Bcc).Bind(summary.Preview)
            .Bind(message.MailFrom).Bind(message.RcptTo).Bind(message.RemoteIp).Bind(message.EhloDomain)
            .Bind(message.TlsProtocol).Bind(message.TlsCipherSuite)
            .Bind(evidence?.FromLocalPart).Bind(evidence?.FromDomain).Bind(evidence?.FromOrganization)
            .Bind((long?)evidence?.From).Bind((long?)evidence?.MailFrom).Bind((long?)evidence?.Ehlo)
            .Bind(evidence is null ? null : string.Join(' ', evidence.SigningDomains)).Bind(thread.ParentId)
            .Run();
        database.Prepare(
            """
            INSERT INTO ParsedContents (ContentId, ParseVersion, Prefix, Envelope, EnvelopeUtf8, Body, BodyUtf8,
                BodyStructure, BodyStructureUtf8, MimeTree, UsualHeader)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
            .Bind(id.Value).Bind(MessageSummary.ParseVersion).Bind(message.Prefix.Span)
            .Bind(summary.Envelope).Bind(summary.EnvelopeUtf8).Bind(summary.Body).Bind(summary.BodyUtf8)
            .Bind(summary.BodyStructure).Bind(summary.BodyStructureUtf8).Bind(summary.MimeTree)
            .Bind(UsualHeader.Join(message.Prefix, summary.UsualHeader))
            .Run();
        ContentKeyRows.Add(database, id, summary.Keys);
    }

    public static MessageRow? Read(Database database, MessageId id, MessageColumns columns)
    {
        Statement read = database.Prepare(Selects.GetOrAdd((columns, false), Select)).Bind(id.Value);
        if (!read.Step())
        {
            return null;
        }

        MessageRow row = Row(read, columns);
        read.Reset();
        return row;
    }

    /// <summary>Reads rows in the order of the identities, null where there is none: those that follow each other closely in one scan.</summary>
    public static void Read(Database database, ReadOnlySpan<MessageId> ids, MessageColumns columns, Span<MessageRow?> rows)
    {
        while (!ids.IsEmpty)
        {
            int count = CountRun(ids);
            if (count < MinRun)
            {
                rows[0] = Read(database, ids[0], columns);
                count = 1;
            }
            else
            {
                Scan(database, ids[..count], columns, rows);
            }

            ids = ids[count..];
            rows = rows[count..];
        }
    }

    // How many identities from the first on ascend in steps so small that reading what is between costs less than looking each up.
    internal static int CountRun(ReadOnlySpan<MessageId> ids)
    {
        int count = 1;
        while (count < ids.Length && ids[count].Value - ids[count - 1].Value is > 0 and <= MaxStep)
        {
            count++;
        }

        return count;
    }

    private static void Scan(Database database, ReadOnlySpan<MessageId> ids, MessageColumns columns, Span<MessageRow?> rows)
    {
        Statement read = database.Prepare(Selects.GetOrAdd((columns, true), Select)).Bind(ids[0].Value).Bind(ids[^1].Value);
        int at = 0;
        while (read.Step())
        {
            long id = read.Int64(0);
            while (ids[at].Value < id)
            {
                at++;
            }

            if (ids[at].Value == id)
            {
                rows[at] = Row(read, columns);
            }
        }
    }

    private static MessageRow Row(Statement read, MessageColumns columns)
    {
        int next = 7;
        bool summary = columns.HasFlag(MessageColumns.Summary);
        bool subject = summary || columns.HasFlag(MessageColumns.Subject);
        bool delivery = columns.HasFlag(MessageColumns.Delivery);
        bool envelope = columns.HasFlag(MessageColumns.Envelope);
        bool structure = columns.HasFlag(MessageColumns.BodyStructure);
        byte[]? e = null;
        byte[]? b = null;
        byte[]? s = null;
        return new MessageRow
        {
            Id = new MessageId(read.Int64(0)),
            SizeBytes = read.Int64(1),
            ReceivedAt = DateTimeOffset.FromUnixTimeSeconds(read.Int64(2)),
            SentAt = read.NullableInt64(3) is { } sent ? DateTimeOffset.FromUnixTimeSeconds(sent) : null,
            ThreadId = read.Int64(4),
            FirstThreadId = read.NullableInt64(6) ?? read.Int64(4),
            ThreadParent = read.NullableInt64(5) is { } parent ? new MessageId(parent) : null,
            MessageIdHeader = summary ? read.NullableText(next++) : null,
            Subject = subject ? read.Text(next++) : null,
            From = summary ? read.Text(next++) : null,
            To = summary ? read.Text(next++) : null,
            Cc = summary ? read.Text(next++) : null,
            Bcc = summary ? read.Text(next++) : null,
            Preview = summary || columns.HasFlag(MessageColumns.Preview) ? read.Text(next++) : null,
            MailFrom = delivery ? read.NullableText(next++) : null,
            RcptTo = delivery ? read.NullableText(next++) : null,
            RemoteIp = delivery ? read.NullableText(next++) : null,
            EhloDomain = delivery ? read.NullableText(next++) : null,
            TlsProtocol = delivery ? read.NullableText(next++) : null,
            TlsCipherSuite = delivery ? read.NullableText(next++) : null,
            Evidence = columns.HasFlag(MessageColumns.Evidence) ? Evidence(read, ref next) : null,
            Prefix = columns.HasFlag(MessageColumns.Prefix) ? read.Blob(next++) : null,
            Envelope = envelope ? e = read.Blob(next++) : null,
            EnvelopeUtf8 = envelope ? read.NullableBlob(next++) ?? e : null,
            Body = structure ? b = read.Blob(next++) : null,
            BodyUtf8 = structure ? read.NullableBlob(next++) ?? b : null,
            BodyStructure = structure ? s = read.Blob(next++) : null,
            BodyStructureUtf8 = structure ? read.NullableBlob(next++) ?? s : null,
            MimeTree = columns.HasFlag(MessageColumns.MimeTree) ? read.Blob(next++) : null,
            UsualHeader = columns.HasFlag(MessageColumns.UsualHeader) ? read.NullableBlob(next) : null,
        };
    }

    private static SenderEvidence? Evidence(Statement read, ref int next)
    {
        int first = next;
        next += 7;
        return read.IsNull(first + 3) ? null : new SenderEvidence
        {
            FromLocalPart = read.NullableText(first),
            FromDomain = read.NullableText(first + 1),
            FromOrganization = read.NullableText(first + 2),
            From = (SenderProof)read.Int64(first + 3),
            MailFrom = (SenderProof)read.Int64(first + 4),
            Ehlo = (SenderProof)read.Int64(first + 5),
            SigningDomains = read.Text(first + 6).Split(' ', StringSplitOptions.RemoveEmptyEntries),
        };
    }

    public static void Delete(Database database, MessageId id)
    {
        database.Prepare("DELETE FROM Contents WHERE Id = ?").Bind(id.Value).Run();
        database.Prepare("DELETE FROM ParsedContents WHERE ContentId = ?").Bind(id.Value).Run();
        ContentKeyRows.Delete(database, id);
    }

    private static string Select((MessageColumns Columns, bool IsScan) key)
    {
        MessageColumns columns = key.Columns;
        var sql = new StringBuilder("SELECT c.Id, c.SizeBytes, c.ReceivedAt, c.SentAt, c.ThreadId, c.ThreadParentId, c.FirstThreadId");
        if (!Add(MessageColumns.Summary, ", c.MessageIdHeader, c.Subject, c.FromHeader, c.ToHeader, c.CcHeader, c.BccHeader, c.Preview"))
        {
            Add(MessageColumns.Subject, ", c.Subject");
            Add(MessageColumns.Preview, ", c.Preview");
        }

        Add(MessageColumns.Delivery, ", c.MailFrom, c.RcptTo, c.RemoteIp, c.EhloDomain, c.TlsProtocol, c.TlsCipherSuite");
        Add(
            MessageColumns.Evidence,
            ", c.FromLocalPart, c.FromDomain, c.FromOrganization, c.FromProof, c.MailFromProof, c.EhloProof, c.SigningDomains");
        bool parsed = false;
        parsed |= Add(MessageColumns.Prefix, ", p.Prefix");
        parsed |= Add(MessageColumns.Envelope, ", p.Envelope, p.EnvelopeUtf8");
        parsed |= Add(MessageColumns.BodyStructure, ", p.Body, p.BodyUtf8, p.BodyStructure, p.BodyStructureUtf8");
        parsed |= Add(MessageColumns.MimeTree, ", p.MimeTree");
        parsed |= Add(
            MessageColumns.UsualHeader,
            string.Create(CultureInfo.InvariantCulture, $", iif(p.ParseVersion >= {UsualHeader.SinceParseVersion}, p.UsualHeader, NULL)"));
        sql.Append(" FROM Contents c").Append(parsed ? " JOIN ParsedContents p ON p.ContentId = c.Id" : "")
            .Append(key.IsScan ? " WHERE c.Id BETWEEN ? AND ? ORDER BY c.Id" : " WHERE c.Id = ?");
        return sql.ToString();

        bool Add(MessageColumns column, string names)
        {
            bool wanted = columns.HasFlag(column);
            sql.Append(wanted ? names : "");
            return wanted;
        }
    }
}
