using System.Runtime.InteropServices;

namespace Mox.Mime;

/// <summary>
/// Gathers the fields of interest of one header block after another, and writes what they say into its part.
/// </summary>
internal sealed class HeaderCollector(MimeLimits limits, ProblemList problems)
{
    /// <summary>What a part without Content-Type has (RFC 2045 section 5.2).</summary>
    public static readonly IReadOnlyList<MimeParameter> DefaultParameters = [new MimeParameter("charset", "us-ascii")];

    // What an address or a parameter costs in memory and in BODYSTRUCTURE beside its text.
    private const int ItemCost = 64;

    private readonly List<byte> _value = [];
    private readonly HashSet<FieldId> _seen = [];
    private MimePart _part = new();
    private EnvelopeBuilder? _envelope;
    private FieldId _field;
    private long _fieldOffset;
    private int _lines;
    private bool _isInDigest;
    private bool _anyField;
    private long _retained;

    /// <summary>Whether a field was cut or left out because of a bound.</summary>
    public bool IsTruncated { get; private set; }

    public void Begin(MimePart part, bool isMessage, bool isInDigest)
    {
        _part = part;
        _envelope = isMessage ? new EnvelopeBuilder() : null;
        _isInDigest = isInDigest;
        _anyField = false;
        _lines = 0;
        _seen.Clear();
        Drop();
    }

    /// <summary>
    /// Takes a line, or the first bytes of a long one; false when it cannot belong to a header at all: it is the first
    /// one and no field.
    /// </summary>
    public bool Line(ReadOnlySpan<byte> line, long offset)
    {
        var isFirst = _lines++ == 0;
        if (!isFirst && line[0] is (byte)' ' or (byte)'\t')
        {
            Continue(line);
            return true;
        }
        EndField();
        var colon = line.IndexOf((byte)':');
        if (colon <= 0 || !HeaderSyntax.IsFieldName(line[..colon]))
        {
            // The line of an mbox file is skipped, and so is a stray line between fields.
            if (isFirst && line.StartsWith("From "u8))
            {
                problems.Add(offset, "the line of an mbox file stands before the header");
                _lines = 0;
                return true;
            }
            problems.Add(offset, "a header line is no field");
            return _anyField;
        }
        _anyField = true;
        _fieldOffset = offset;
        var name = line[..colon].TrimEnd(" \t"u8);
        var id = FieldIds.Find(name);
        if (problems.IsStrict)
        {
            HeaderRules.Check(line, name, id, offset, _envelope is not null, _seen, problems);
        }
        if (id >= FieldId.Date && _envelope is null)
        {
            return true;
        }
        _field = id;
        Continue(line[(colon + 1)..]);
        return true;
    }

    /// <summary>Takes more of the field begun.</summary>
    public void Continue(ReadOnlySpan<byte> bytes)
    {
        if (_field == FieldId.None)
        {
            return;
        }
        var room = limits.MaxFieldBytes - _value.Count;
        if (bytes.Length > room)
        {
            IsTruncated = true;
            problems.Add(_fieldOffset, "a header field is too long");
            bytes = bytes[..room];
        }
        _value.AddRange(bytes);
    }

    /// <summary>Forgets the field begun, which is not whole.</summary>
    public void Drop()
    {
        _value.Clear();
        _field = FieldId.None;
    }

    /// <summary>Ends the header block: the part has its fields.</summary>
    public void Finish()
    {
        EndField();
        if (!_seen.Contains(FieldId.ContentType))
        {
            if (_isInDigest)
            {
                (_part.MediaType, _part.MediaSubtype) = ("message", "rfc822"); // RFC 2046 section 5.1.5
            }
            else
            {
                _part.Parameters = DefaultParameters;
            }
        }
        _part.Envelope = _envelope?.Build();
        if (_envelope is not null && problems.IsStrict)
        {
            HeaderRules.CheckMessage(_part, _seen, problems);
        }
    }

    private void EndField()
    {
        if (_field != FieldId.None)
        {
            _retained += _value.Count;
            if (_retained > limits.MaxRetainedBytes)
            {
                IsTruncated = true;
            }
            else
            {
                Take(_field, CollectionsMarshal.AsSpan(_value));
            }
            // One huge field must not hold its memory for the rest of the message.
            if (_value.Capacity > 64 * 1024)
            {
                _value.Clear();
                _value.TrimExcess();
            }
        }
        Drop();
    }

    private void Take(FieldId id, ReadOnlySpan<byte> value)
    {
        var isFirst = _seen.Add(id);
        if (id >= FieldId.Date)
        {
            _retained += ItemCost * (_envelope?.Add(id, value, isFirst) ?? 0);
        }
        else if (isFirst)
        {
            // RFC says once; the first counts.
            _retained += ItemCost * ContentFields.Take(_part, id, HeaderText.Unfold(value), _fieldOffset, problems);
        }
    }
}
