using Mox.Store;

namespace Mox.Imap.Search;

/// <summary>What search keys depend on, and what must be read to answer them.</summary>
/// <param name="Texts">Texts of rows.</param>
/// <param name="Columns">Columns of the rows of messages that must be looked into; null when none need be.</param>
internal sealed record SearchNeeds(HeaderTextColumns Texts, MessageColumns? Columns)
{
    /// <summary>Asks for MODSEQ.</summary>
    public bool ModSeq { get; init; }

    /// <summary>Asks for flags, keywords or MODSEQ: the answer can change while the message stays.</summary>
    public bool State { get; init; }

    /// <summary>Sequence numbers, <c>$</c>, <c>*</c> or the age: the answer changes though nothing happens to the message.</summary>
    public bool Moment { get; init; }

    /// <summary>Sequence numbers or <c>$</c>, which mean something in the selected mailbox only.</summary>
    public bool Selected { get; init; }

    private static SearchNeeds Nothing { get; } = new(HeaderTextColumns.None, null);

    // The depth of the tree is bounded by SearchKey.MaxDepth.
    public static SearchNeeds Of(SearchKey key) => key switch
    {
        AndKey and => and.Keys.Select(Of).Aggregate(Nothing, With),
        OrKey either => With(Of(either.Left), Of(either.Right)),
        NotKey not => Of(not.Key),
        FlagKey or KeywordKey => Nothing with { State = true },
        ModSeqKey => Nothing with { State = true, ModSeq = true },
        SequenceKey => Nothing with { Moment = true, Selected = true },
        UidKey uid => Nothing with { Moment = uid.Set.IsSaved || uid.Set.HasStar, Selected = uid.Set.IsSaved },
        AgeKey => Nothing with { Moment = true },
        // The instant decides for all but the days beside; there the header's own zone does.
        DateKey { Which: SearchDate.Sent } => new(HeaderTextColumns.SentAt, MessageColumns.Envelope),
        // A text that is too long for its row is looked for in the message.
        EnvelopeKey envelope => new(envelope.Column, MessageColumns.UsualHeader),
        HeaderKey header => new(HeaderTextColumns.None, UsualHeader.Has(header.Field)
            ? MessageColumns.UsualHeader : MessageColumns.MimeTree | MessageColumns.Prefix),
        TextKey => new(HeaderTextColumns.None, MessageColumns.MimeTree | MessageColumns.Prefix),
        _ => Nothing,
    };

    private static SearchNeeds With(SearchNeeds left, SearchNeeds right) =>
        new(left.Texts | right.Texts, left.Columns is null ? right.Columns : left.Columns | (right.Columns ?? MessageColumns.None))
        {
            ModSeq = left.ModSeq || right.ModSeq,
            State = left.State || right.State,
            Moment = left.Moment || right.Moment,
            Selected = left.Selected || right.Selected,
        };
}
