using Mox.Store;

namespace Mox.Imap.Search;

/// <summary>What has been read of the messages of a run, beside their columns.</summary>
/// <param name="Texts">Texts of their headers.</param>
/// <param name="TextAt">For an index of the run, where its texts are.</param>
/// <param name="Message">The message itself; then the run is this one message.</param>
internal readonly record struct SearchSources(HeaderTexts Texts, int[] TextAt, SearchedMessage? Message = null);
