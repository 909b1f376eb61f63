namespace Mox.Net;

/// <summary>One result of <see cref="LineReader"/>: a line without its CRLF, or why there is none.</summary>
/// <param name="Status">What was found.</param>
/// <param name="Line">The line without CRLF, in one piece; empty unless <paramref name="Status"/> is
/// <see cref="LineStatus.Line"/>. Valid until the next call on the reader.</param>
public readonly record struct LineResult(LineStatus Status, ReadOnlyMemory<byte> Line)
{
    /// <summary>The line as a span.</summary>
    public ReadOnlySpan<byte> Span => Line.Span;

    /// <summary>True when the line holds a CR or LF that is not part of a CRLF: no client of ours sends that, a smuggler does.</summary>
    public bool HasBareCrOrLf => Line.Span.IndexOfAny((byte)'\r', (byte)'\n') >= 0;
}
