namespace Mox.Smtp.Client;

/// <summary>A whole reply of a server (RFC 5321 section 4.2).</summary>
/// <param name="Code">200 to 599.</param>
/// <param name="Lines">The text of each line, made safe, without the code.</param>
internal sealed record ServerReply(int Code, IReadOnlyList<string> Lines)
{
    public bool IsOk => Code is >= 200 and < 300;

    public bool IsGoAhead => Code is >= 300 and < 400;

    /// <summary>4xx or 5xx; what is neither that nor expected breaks the protocol.</summary>
    public bool IsRefusal => Code >= 400;

    /// <summary>The enhanced status of the first line that has one of the code's class (RFC 2034 section 4).</summary>
    public EnhancedStatus? Status
    {
        get
        {
            foreach (string line in Lines)
            {
                if (TryStatus(line, out var status, out _))
                {
                    return status;
                }
            }
            return null;
        }
    }

    /// <summary>All lines in one, without enhanced statuses.</summary>
    public string Text => SafeText.Cut(string.Join(' ', Lines.Select(line => TryStatus(line, out _, out string rest) ? rest : line)).Trim());

    public SmtpFailure ToFailure(SmtpStage stage) => new(stage, Code >= 500, Code, Status, Text);

    /// <summary>Takes a line apart: three digits, then <c>-</c> or a space or the end. False for anything else.</summary>
    public static bool TryParseLine(ReadOnlySpan<byte> line, out int code, out bool isLast, out ReadOnlySpan<byte> text)
    {
        (code, isLast) = (0, true);
        text = default;
        if (line.Length < 3 || line[0] is < (byte)'2' or > (byte)'5' || !char.IsAsciiDigit((char)line[1]) || !char.IsAsciiDigit((char)line[2]))
        {
            return false;
        }
        if (line.Length > 3 && line[3] is not ((byte)' ' or (byte)'-'))
        {
            return false;
        }
        code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
        isLast = line.Length == 3 || line[3] == (byte)' ';
        text = line.Length > 4 ? line[4..] : default;
        return true;
    }

    private bool TryStatus(string line, out EnhancedStatus status, out string rest)
    {
        int space = line.IndexOf(' ', StringComparison.Ordinal);
        var word = space < 0 ? line : line.AsSpan(0, space);
        rest = space < 0 ? "" : line[(space + 1)..];
        return EnhancedStatus.TryParse(word, out status) && status.Class == Code / 100;
    }
}
