namespace Mox.Store;

/// <summary>Looks for a text in what it gets, also where a piece came in several parts.</summary>
internal sealed class NeedleSink(string foldedNeedle) : FoldedTextSink
{
    private char[] _window = [];
    private int _kept;

    public bool IsFound { get; private set; }

    public override void BeginPiece(bool isHeader) => _kept = 0;

    protected override bool Take(ReadOnlySpan<char> folded)
    {
        int length = _kept + folded.Length;
        if (_window.Length < length)
        {
            Array.Resize(ref _window, length);
        }

        folded.CopyTo(_window.AsSpan(_kept));
        Span<char> seen = _window.AsSpan(0, length);
        IsFound = seen.IndexOf(foldedNeedle) >= 0;
        _kept = Math.Min(foldedNeedle.Length - 1, length);
        seen[^_kept..].CopyTo(_window);
        return !IsFound;
    }
}
