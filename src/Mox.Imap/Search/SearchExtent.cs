namespace Mox.Imap.Search;

/// <summary>How much of a result is wanted: a search ends when it has that.</summary>
internal enum SearchExtent
{
    All,

    /// <summary>The first message.</summary>
    First,

    /// <summary>The last message.</summary>
    Last,

    /// <summary>The first and the last message.</summary>
    Ends,
}
