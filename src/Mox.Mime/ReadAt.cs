namespace Mox.Mime;

/// <summary>
/// Reads bytes of a message at an offset, as pread does; fewer than asked only at the end, where it returns 0.
/// </summary>
public delegate int ReadAt(long offset, Span<byte> buffer);
