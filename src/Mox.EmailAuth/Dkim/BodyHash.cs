using System.Buffers;
using System.Security.Cryptography;

namespace Mox.EmailAuth.Dkim;

/// <summary>
/// Hashes a body in the form in which it is signed (RFC 6376 sections 3.4.3 and 3.4.4) while its bytes come by, in pieces of any
/// size; holds a few kilobytes.
/// </summary>
internal sealed class BodyHash(Canonicalization form) : IDisposable
{
    private const int BufferLength = 8192;

    private static readonly SearchValues<byte> RelaxedSpecials = SearchValues.Create(" \t\r"u8);
    private static readonly SearchValues<byte> SimpleSpecials = SearchValues.Create("\r"u8);

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _buffer = new byte[BufferLength];
    private readonly SearchValues<byte> _specials = form == Canonicalization.Relaxed ? RelaxedSpecials : SimpleSpecials;
    private int _used;

    // What is not written before it is known what comes after it.
    private long _lineEnds;
    private bool _hasSpace;
    private bool _hasReturn;
    private bool _hasLine;

    /// <summary>Takes the next bytes.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (_hasReturn)
            {
                _hasReturn = false;
                if (bytes[0] == '\n')
                {
                    EndLine();
                    bytes = bytes[1..];
                    continue;
                }

                Write("\r"u8);
            }

            int end = bytes.IndexOfAny(_specials);
            if (end != 0)
            {
                Write(end < 0 ? bytes : bytes[..end]);
            }

            if (end < 0)
            {
                return;
            }

            _hasReturn = bytes[end] == '\r';
            _hasSpace |= !_hasReturn;
            bytes = bytes[(end + 1)..];
        }
    }

    /// <summary>The hash of all; once.</summary>
    public byte[] Finish()
    {
        if (_hasReturn)
        {
            Write("\r"u8);
        }

        // Empty lines at the end do not count; the last line has its end, and a body of none is one in the simple form.
        if (_hasLine || form == Canonicalization.Simple)
        {
            Put("\r\n"u8);
        }

        _hash.AppendData(_buffer.AsSpan(0, _used));
        return _hash.GetHashAndReset();
    }

    public void Dispose() => _hash.Dispose();

    private void EndLine()
    {
        // White space before it is dropped, also where it is all of the line.
        _hasSpace = false;
        _lineEnds++;
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        for (; _lineEnds > 0; _lineEnds--)
        {
            Put("\r\n"u8);
        }

        if (_hasSpace)
        {
            _hasSpace = false;
            Put(" "u8);
        }

        _hasLine = true;
        Put(bytes);
    }

    private void Put(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > BufferLength - _used)
        {
            _hash.AppendData(_buffer.AsSpan(0, _used));
            _used = 0;
            if (bytes.Length > BufferLength)
            {
                _hash.AppendData(bytes);
                return;
            }
        }

        bytes.CopyTo(_buffer.AsSpan(_used));
        _used += bytes.Length;
    }
}
