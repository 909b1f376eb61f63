namespace Mox.Smtp;

/// <summary>An enhanced status code such as 5.1.1 (RFC 3463 section 2).</summary>
/// <param name="Class">2 success, 4 persistent transient failure, 5 permanent failure.</param>
/// <param name="Subject">What the status is about: 1 addressing, 2 mailbox, 3 mail system, 4 network, 5 protocol, 6 content, 7 policy.</param>
/// <param name="Detail">The precise condition within the subject.</param>
public readonly record struct EnhancedStatus(byte Class, ushort Subject, ushort Detail)
{
    /// <summary>Success, nothing more to say (2.0.0).</summary>
    public static EnhancedStatus Ok { get; } = new(2, 0, 0);

    /// <summary>Reads <c>class.subject.detail</c>; false for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out EnhancedStatus status)
    {
        status = default;
        if (text.Length < 5 || text[0] is not ('2' or '4' or '5') || text[1] != '.')
        {
            return false;
        }
        var rest = text[2..];
        int dot = rest.IndexOf('.');
        if (dot < 0 || !TryNumber(rest[..dot], out ushort subject) || !TryNumber(rest[(dot + 1)..], out ushort detail))
        {
            return false;
        }
        status = new EnhancedStatus((byte)(text[0] - '0'), subject, detail);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(null, stackalloc char[16], $"{Class}.{Subject}.{Detail}");

    // 1*3digit (RFC 3463 section 2).
    private static bool TryNumber(ReadOnlySpan<char> text, out ushort value)
    {
        value = 0;
        if (text.Length is 0 or > 3)
        {
            return false;
        }
        foreach (char c in text)
        {
            if (!char.IsAsciiDigit(c))
            {
                return false;
            }
            value = (ushort)(value * 10 + (c - '0'));
        }
        return true;
    }
}
