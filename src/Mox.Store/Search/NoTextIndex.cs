namespace Mox.Store;

/// <summary>Where there is no index: it cannot say.</summary>
internal sealed class NoTextIndex : ITextIndex
{
    public TextCandidates? Find(string needle, TextScope scope) => null;
}
