using System.Buffers;
using Mox.Mime;

namespace Mox.Store;

/// <summary>Takes the text of a message, folded for comparison, piece by piece.</summary>
internal abstract class FoldedTextSink
{
    private readonly ArrayBufferWriter<char> _folded = new();

    /// <summary>A field, or a text part, begins: no match reaches from one into the next.</summary>
    public abstract void BeginPiece(bool isHeader);

    /// <summary>Takes text as it is; false when no more is wanted.</summary>
    public bool Add(ReadOnlySpan<char> text)
    {
        _folded.ResetWrittenCount();
        UnicodeCasemap.Fold(text, _folded);
        return Take(_folded.WrittenSpan);
    }

    /// <summary>Takes folded text; false when no more is wanted.</summary>
    protected abstract bool Take(ReadOnlySpan<char> folded);
}
