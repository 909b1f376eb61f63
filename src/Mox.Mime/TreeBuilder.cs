namespace Mox.Mime;

/// <summary>
/// Builds the tree of parts from header lines, delimiter lines and body bytes; the state under <see
/// cref="MimeParser"/>.
/// </summary>
internal sealed class TreeBuilder
{
    private readonly MimeLimits _limits;
    private readonly ProblemList _problems;
    private readonly HeaderCollector _header;
    private readonly List<Frame> _open = [];
    private readonly MimePart _root;
    private ByteScan _scan;
    private int _openBoundaries;
    private int _parts = 1;
    private int _headerLines8Bit;
    private bool _lineIs8Bit;
    private bool _bodyIs8Bit;
    private bool _isTruncated;
    private bool _hasHeaderEnd;

    public TreeBuilder(MimeLimits limits, bool strict)
    {
        _limits = limits;
        _problems = new ProblemList(strict, limits.MaxProblems);
        _header = new HeaderCollector(limits, _problems);
        _root = OpenHeader(isMessage: true, isInDigest: false, depth: 0);
    }

    /// <summary>Offset of the next byte.</summary>
    public long Position => _scan.Position;

    /// <summary>Whether the next line is one of a header block.</summary>
    public bool InHeader { get; private set; }

    /// <summary>Bytes that the header block may still have.</summary>
    public long HeaderRoom => Top.Part.HeaderStart + _limits.MaxHeaderBlockBytes - Position;

    /// <summary>Whether lines must be looked at, for a multipart is open.</summary>
    public bool HasBoundary => _openBoundaries > 0;

    private Frame Top => _open[^1];

    /// <summary>
    /// Takes a line, or the first bytes of a long one; tells whether the rest of the long one is header too.
    /// </summary>
    public bool Line(ReadOnlySpan<byte> line, bool isWhole)
    {
        if (isWhole && HasBoundary && FindDelimiter(line, out var isLast) is { } multipart)
        {
            TakeDelimiter(line, multipart, isLast);
            return false;
        }
        if (!InHeader)
        {
            Body(line);
            return false;
        }
        if (isWhole && line is [(byte)'\n'] or [(byte)'\r', (byte)'\n'] or [(byte)'\r'])
        {
            _scan.Take(line);
            _hasHeaderEnd |= _open.Count == 1;
            EndHeader();
            return false;
        }
        if (!_header.Line(line, Position))
        {
            _problems.Add(Position, "the header is missing");
            EndHeader();
            if (InHeader)
            {
                // Only a message in a digest can begin here, without any header again.
                return Line(line, isWhole);
            }
            Body(line);
            return false;
        }
        _lineIs8Bit = _scan.Take(line);
        _headerLines8Bit += _lineIs8Bit ? 1 : 0;
        return true;
    }

    /// <summary>Takes more of a long header line.</summary>
    public void LongLine(ReadOnlySpan<byte> bytes)
    {
        _header.Continue(bytes);
        if (_scan.Take(bytes) && !_lineIs8Bit)
        {
            _lineIs8Bit = true;
            _headerLines8Bit++;
        }
    }

    /// <summary>Takes bytes in which nothing begins.</summary>
    public void Body(ReadOnlySpan<byte> bytes) => _bodyIs8Bit |= _scan.Take(bytes);

    /// <summary>Ends a header block at its bound: what follows is the opaque body of its part.</summary>
    public void CutHeader()
    {
        if (InHeader)
        {
            _isTruncated = true;
            _problems.Add(Position, "the header block is too long");
            _header.Drop();
            _header.Finish();
            InHeader = false;
            BeginBody(Top);
            MakeOpaque(Top.Part);
        }
    }

    public ParsedMessage Complete()
    {
        _hasHeaderEnd |= InHeader && _open.Count == 1;
        while (InHeader)
        {
            EndHeader();
        }
        _scan.Finish();
        if (_openBoundaries > 0)
        {
            _problems.Add(Position, "the last delimiter of a multipart is missing");
        }
        CloseDownTo(0, 0);
        ReportBytes();
        return new ParsedMessage
        {
            Root = _root,
            SizeBytes = Position,
            HasBareLf = _scan.HasBareLf,
            HasBareCr = _scan.HasBareCr,
            HasNul = _scan.HasNul,
            Has8BitBody = _bodyIs8Bit,
            HeaderLines8Bit = _headerLines8Bit,
            LongestLineBytes = _scan.LongestLineBytes,
            HasHeaderEnd = _hasHeaderEnd,
            IsTruncated = _isTruncated || _header.IsTruncated,
            PartCount = _parts,
            Problems = _problems.Items,
        };
    }

    private void ReportBytes()
    {
        if (_scan.HasBareLf)
        {
            _problems.Add(0, "some lines end in LF without CR");
        }
        if (_scan.HasBareCr)
        {
            _problems.Add(0, "there is a CR without LF");
        }
        if (_scan.HasNul)
        {
            _problems.Add(0, "there is a NUL byte");
        }
        if (_scan.LongestLineBytes > 998)
        {
            _problems.Add(0, "a line is longer than 998 bytes");
        }
    }

    private MimePart OpenHeader(bool isMessage, bool isInDigest, int depth)
    {
        var part = new MimePart { HeaderStart = Position };
        _open.Add(new Frame(part, depth));
        _header.Begin(part, isMessage, isInDigest);
        InHeader = true;
        return part;
    }

    private int? FindDelimiter(ReadOnlySpan<byte> line, out bool isLast)
    {
        var text = Delimiter.Text(line);
        isLast = false;
        if (!text.IsEmpty)
        {
            for (var i = _open.Count - 1; i >= 0; i--)
            {
                if (_open[i].Boundary is { } boundary && Delimiter.Matches(text, boundary, out isLast))
                {
                    return i;
                }
            }
        }
        return null;
    }

    private void TakeDelimiter(ReadOnlySpan<byte> line, int multipart, bool isLast)
    {
        if (InHeader)
        {
            _problems.Add(Position, "the empty line after the header is missing");
            while (InHeader)
            {
                EndHeader();
            }
        }
        var endOfLine = _scan.Last != '\n' ? 0 : _scan.Last2 == '\r' ? 2 : 1;
        CloseDownTo(multipart + 1, endOfLine);
        _scan.Take(line);
        var frame = _open[multipart];
        if (isLast)
        {
            frame.Boundary = null;
            _openBoundaries--;
            return;
        }
        if (_parts + 1 >= _limits.MaxParts)
        {
            TakeRestAsOnePart(frame);
            return;
        }
        _parts++;
        frame.Children.Add(OpenHeader(isMessage: false, frame.IsDigest, frame.Depth + 1));
    }

    private void TakeRestAsOnePart(Frame frame)
    {
        _isTruncated = true;
        _problems.Add(Position, "there are too many parts");
        _parts++;
        var rest = new Frame(new MimePart { HeaderStart = Position }, frame.Depth + 1);
        frame.Children.Add(rest.Part);
        MakeOpaque(rest.Part);
        _open.ForEach(f => f.Boundary = null);
        _openBoundaries = 0;
        _open.Add(rest);
        BeginBody(rest);
    }

    private void EndHeader()
    {
        var frame = Top;
        var part = frame.Part;
        InHeader = false;
        _header.Finish();
        BeginBody(frame);
        var isMultipart = part.MediaType == "multipart";
        var isMessage = part.MediaType == "message" && part.MediaSubtype is "rfc822" or "global";
        if (!isMultipart && !isMessage)
        {
            return;
        }
        if (frame.Depth >= _limits.MaxDepth || (isMessage && _parts >= _limits.MaxParts))
        {
            _isTruncated = true;
            _problems.Add(part.HeaderStart, "parts are nested too deeply");
            MakeOpaque(part);
        }
        else if (isMultipart)
        {
            OpenMultipart(frame);
        }
        else if (part.Encoding is TransferEncoding.SevenBit or TransferEncoding.EightBit or TransferEncoding.Binary)
        {
            _parts++;
            part.Message = OpenHeader(isMessage: true, isInDigest: false, frame.Depth + 1);
        }
        else
        {
            _problems.Add(part.HeaderStart, "a message/rfc822 is encoded, which RFC 2046 section 5.2.1 forbids");
        }
    }

    private void OpenMultipart(Frame frame)
    {
        var part = frame.Part;
        var boundary = part.Parameter("boundary")?.TrimEnd();
        if (string.IsNullOrEmpty(boundary) || System.Text.Encoding.UTF8.GetByteCount(boundary) > Delimiter.MaxBoundaryBytes)
        {
            _problems.Add(part.HeaderStart, "the boundary of a multipart is missing");
            MakePlainText(part);
            return;
        }
        if (boundary.Length > 70)
        {
            _problems.Add(part.HeaderStart, "a boundary is longer than 70 characters");
        }
        if (part.Encoding is not (TransferEncoding.SevenBit or TransferEncoding.EightBit or TransferEncoding.Binary))
        {
            _problems.Add(part.HeaderStart, "a multipart is encoded, which RFC 2045 section 6.4 forbids");
        }
        frame.Boundary = System.Text.Encoding.UTF8.GetBytes(boundary);
        frame.IsMultipart = true;
        frame.IsDigest = part.MediaSubtype == "digest";
        _openBoundaries++;
    }

    private void BeginBody(Frame frame)
    {
        frame.Part.BodyStart = Position;
        frame.LineFeedsBefore = _scan.LineFeeds;
    }

    /// <summary>
    /// Closes all parts above a level; they end before the line end of <paramref name="endOfLine"/> bytes just taken.
    /// </summary>
    private void CloseDownTo(int level, int endOfLine)
    {
        var end = Position - endOfLine;
        var lastBefore = endOfLine switch { 0 => _scan.Last, 1 => _scan.Last2, _ => _scan.Last3 };
        for (var i = _open.Count - 1; i >= level; i--)
        {
            var frame = _open[i];
            var part = frame.Part;
            part.End = Math.Max(part.BodyStart, end);
            if (part.End > part.BodyStart)
            {
                part.RawLines = _scan.LineFeeds - frame.LineFeedsBefore - (endOfLine > 0 ? 1 : 0);
                part.Lines = part.RawLines + (lastBefore == '\n' ? 0 : 1);
            }
            if (frame.IsMultipart)
            {
                CloseMultipart(frame, part);
            }
        }
        _open.RemoveRange(level, _open.Count - level);
    }

    private void CloseMultipart(Frame frame, MimePart part)
    {
        _openBoundaries -= frame.Boundary is null ? 0 : 1;
        if (frame.Children.Count > 0)
        {
            part.Children = frame.Children;
            return;
        }
        _problems.Add(part.BodyStart, "a multipart has no parts");
        MakePlainText(part);
    }

    // Shown as text, so that people can read what is there.
    private static void MakePlainText(MimePart part)
    {
        (part.MediaType, part.MediaSubtype, part.Parameters) = ("text", "plain", HeaderCollector.DefaultParameters);
    }

    private static void MakeOpaque(MimePart part)
    {
        (part.MediaType, part.MediaSubtype, part.Parameters, part.IsOpaque) = ("application", "octet-stream", [], true);
        (part.Encoding, part.EncodingName) = (TransferEncoding.Binary, "binary");
    }

    /// <summary>A part that is not closed yet.</summary>
    private sealed class Frame(MimePart part, int depth)
    {
        public MimePart Part { get; } = part;
        public int Depth { get; } = depth;
        public bool IsMultipart { get; set; }
        public byte[]? Boundary { get; set; } // null in what is no multipart, and after the last delimiter
        public bool IsDigest { get; set; }
        public List<MimePart> Children { get; } = [];
        public long LineFeedsBefore { get; set; }
    }
}
