namespace Mox.Net;

/// <summary>What <see cref="LineReader.ReadAsync(CancellationToken)"/> found.</summary>
public enum LineStatus
{
    /// <summary>A whole line, ended by CRLF.</summary>
    Line,

    /// <summary>A line over the limit; it was skipped to its end, and the next read gives the line after it. Answer and go on.</summary>
    TooLong,

    /// <summary>A line over <see cref="LineReader.MaxSkippedBytes"/> without an end: the place in the stream is lost. Answer and close.</summary>
    Overflow,

    /// <summary>The peer closed its side. An unfinished line before the end is not a command and was dropped.</summary>
    EndOfStream,
}
