using Mox.Addresses;
using Mox.Smtp;
using Mox.Store;

namespace Mox.Queue;

/// <summary>A message's row: what all its recipients share.</summary>
internal sealed record QueuedContent
{
    private const string Select =
        """
        SELECT Account, MailFrom, SenderDomain, SubmittedAt, ReleaseAt, FileBytes, HeaderBytes, Prefix, Body, NeedsSmtpUtf8, ReceivedCount,
            DsnReturn, EnvelopeId, MessageIdHeader, TraceParent
        FROM Messages WHERE Id = ?
        """;

    public required long Id { get; init; }

    public required string Account { get; init; }

    public required ReversePath From { get; init; }

    public required Domain SenderDomain { get; init; }

    public required DateTimeOffset SubmittedAt { get; init; }

    public required DateTimeOffset? ReleaseAt { get; init; }

    public required long FileBytes { get; init; }

    public required int HeaderBytes { get; init; }

    public required byte[] Prefix { get; init; }

    public required MailBody Body { get; init; }

    public required bool NeedsSmtpUtf8 { get; init; }

    public required int ReceivedCount { get; init; }

    public required DsnRequest? Dsn { get; init; }

    public required string? MessageIdHeader { get; init; }

    public required string? TraceParent { get; init; }

    /// <summary>From when on it is late: its submission, or the time that it was to be released.</summary>
    public DateTimeOffset StartsAt => ReleaseAt is { } release && release > SubmittedAt ? release : SubmittedAt;

    /// <summary>Reads a row, or null.</summary>
    public static QueuedContent? Read(Database database, long id)
    {
        Statement row = database.Prepare(Select).Bind(id);
        if (!row.Step())
        {
            return null;
        }

        var content = new QueuedContent
        {
            Id = id,
            Account = row.Text(0),
            From = RecipientPath.From(row.Text(1)),
            SenderDomain = Domain.TryParse(row.Text(2), out Domain sender) ? sender : default,
            SubmittedAt = UnixTime.From(row.Int64(3)),
            ReleaseAt = UnixTime.From(row.NullableInt64(4)),
            FileBytes = row.Int64(5),
            HeaderBytes = (int)row.Int64(6),
            Prefix = row.Blob(7),
            Body = (MailBody)row.Int64(8),
            NeedsSmtpUtf8 = row.Boolean(9),
            ReceivedCount = (int)row.Int64(10),
            Dsn = row.IsNull(11) && row.IsNull(12) ? null : new DsnRequest((DsnReturn?)row.NullableInt64(11), row.NullableText(12)),
            MessageIdHeader = row.NullableText(13),
            TraceParent = row.NullableText(14),
        };
        row.Reset();
        return content;
    }
}
