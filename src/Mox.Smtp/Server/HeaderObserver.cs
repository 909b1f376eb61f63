using System.Text;

namespace Mox.Smtp.Server;

/// <summary>Watches content pass and notes what the protocol must know: Received fields, octets above 127 in header and body.</summary>
internal sealed class HeaderObserver
{
    private bool _inHeader = true;
    private bool _isLineEmpty = true;

    // How much of the field name "received" the line has matched; -1 when the line does not matter any more.
    private int _matched;

    /// <summary>Number of Received fields.</summary>
    public int ReceivedCount { get; private set; }

    /// <summary>An octet above 127 anywhere.</summary>
    public bool Has8Bit { get; private set; }

    /// <summary>An octet above 127 in the header.</summary>
    public bool HasUtf8Header { get; private set; }

    /// <summary>Sees the next bytes. They may be split anywhere; lines may end in LF alone (BDAT keeps them).</summary>
    public void Observe(ReadOnlySpan<byte> bytes)
    {
        Has8Bit = Has8Bit || !Ascii.IsValid(bytes);
        while (_inHeader && !bytes.IsEmpty)
        {
            if (_matched < 0)
            {
                int end = bytes.IndexOf((byte)'\n');
                HasUtf8Header = HasUtf8Header || !Ascii.IsValid(end < 0 ? bytes : bytes[..end]);
                if (end < 0)
                {
                    return;
                }
                bytes = bytes[end..];
            }
            HeaderByte(bytes[0]);
            bytes = bytes[1..];
        }
    }

    private void HeaderByte(byte b)
    {
        if (b == '\n')
        {
            _inHeader = !_isLineEmpty;
            _isLineEmpty = true;
            _matched = 0;
            return;
        }
        if (b == '\r' && _isLineEmpty)
        {
            return;
        }
        _isLineEmpty = false;
        HasUtf8Header |= b >= 0x80;
        var name = "received"u8;
        if (_matched < name.Length)
        {
            _matched = (b | 0x20) == name[_matched] ? _matched + 1 : -1;
        }
        else if (b == ':')
        {
            ReceivedCount++;
            _matched = -1;
        }
        else if (b is not ((byte)' ' or (byte)'\t'))
        {
            // Old syntax allows white space before the colon (RFC 5322 section 4.5), nothing else.
            _matched = -1;
        }
    }
}
