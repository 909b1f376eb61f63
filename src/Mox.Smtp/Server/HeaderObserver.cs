using System.Text;

namespace Mox.Smtp.Server;

/// <summary>Watches content pass and notes what the protocol and the log must know: Received fields, octets above 127, the Message-ID.</summary>
/// <remarks>Bounded, whatever comes: a field name is followed for 16 bytes, a Message-ID kept for 250.</remarks>
internal sealed class HeaderObserver
{
    private const int MaxNameBytes = 16;
    private const int MaxMessageIdLength = 250;

    private readonly byte[] _name = new byte[MaxNameBytes];
    private int _nameLength;
    private Place _place = Place.LineStart;
    private StringBuilder? _messageId;
    private bool _isMessageId;

    private enum Place : byte
    {
        LineStart,
        LineStartCr,
        Name,
        Value,
        Body,
    }

    /// <summary>Number of Received fields.</summary>
    public int ReceivedCount { get; private set; }

    /// <summary>An octet above 127 anywhere.</summary>
    public bool Has8Bit => HasUtf8Header || Has8BitBody;

    /// <summary>An octet above 127 behind the header.</summary>
    public bool Has8BitBody { get; private set; }

    /// <summary>An octet above 127 in the header.</summary>
    public bool HasUtf8Header { get; private set; }

    /// <summary>The first Message-ID, what is not printable ASCII as a question mark; null without one.</summary>
    public string? MessageId => _messageId?.ToString().Trim();

    /// <summary>Sees the next bytes. They may be split anywhere; lines may end in LF alone (BDAT keeps them).</summary>
    public void Observe(ReadOnlySpan<byte> bytes)
    {
        while (_place != Place.Body && !bytes.IsEmpty)
        {
            if (_place != Place.Value)
            {
                HeaderByte(bytes[0]);
                bytes = bytes[1..];
                continue;
            }
            int end = bytes.IndexOf((byte)'\n');
            Value(end < 0 ? bytes : bytes[..end]);
            if (end < 0)
            {
                return;
            }
            _place = Place.LineStart;
            bytes = bytes[(end + 1)..];
        }
        Has8BitBody = Has8BitBody || !Ascii.IsValid(bytes);
    }

    private void HeaderByte(byte b)
    {
        HasUtf8Header |= b >= 0x80;
        if (b == '\n')
        {
            _place = _place == Place.Name ? Place.LineStart : Place.Body;
        }
        else if (_place == Place.LineStart && b == '\r')
        {
            _place = Place.LineStartCr;
        }
        else if (_place == Place.LineStart && b is (byte)' ' or (byte)'\t')
        {
            // A folded line goes on with the field before it.
            _place = Place.Value;
        }
        else if (_place != Place.Name)
        {
            (_place, _isMessageId, _nameLength) = (Place.Name, false, 1);
            _name[0] = b;
        }
        else if (b == ':')
        {
            Field(_name.AsSpan(0, Math.Min(_nameLength, MaxNameBytes)).TrimEnd(" \t"u8));
            _place = Place.Value;
        }
        else if (_nameLength++ < MaxNameBytes)
        {
            _name[_nameLength - 1] = b;
        }
    }

    private void Field(ReadOnlySpan<byte> name)
    {
        if (Ascii.EqualsIgnoreCase(name, "received"u8))
        {
            ReceivedCount++;
        }
        else if (_messageId is null && Ascii.EqualsIgnoreCase(name, "message-id"u8))
        {
            (_isMessageId, _messageId) = (true, new StringBuilder());
        }
    }

    private void Value(ReadOnlySpan<byte> bytes)
    {
        HasUtf8Header = HasUtf8Header || !Ascii.IsValid(bytes);
        if (!_isMessageId)
        {
            return;
        }
        foreach (byte b in bytes[..Math.Min(bytes.Length, MaxMessageIdLength - _messageId!.Length)])
        {
            if (b != '\r')
            {
                _messageId.Append(b is >= 0x20 and < 0x7f ? (char)b : '?');
            }
        }
    }
}
