using Mox.Store;

namespace Mox.Imap;

/// <summary>A pattern of LIST and LSUB: <c>*</c> matches anything, <c>%</c> anything within a level (RFC 3501 section 6.3.8).</summary>
internal sealed class ListPattern
{
    private const int InboxLength = 5;
    private readonly string _pattern;
    private readonly bool _canMatch;

    public ListPattern(string reference, string pattern)
    {
        // Runs of wildcards mean the same as the widest of them.
        var text = new System.Text.StringBuilder();
        foreach (char c in reference + pattern)
        {
            if (c is '*' or '%' && text.Length > 0 && text[^1] is '*' or '%')
            {
                if (c is '*' or '%')
                {
                    text[^1] = text[^1] == '*' || c == '*' ? '*' : '%';
                    continue;
                }
            }
            text.Append(c);
        }
        _pattern = text.ToString();
        _canMatch = _pattern.Length <= 2 * MailboxName.MaxBytes;
    }

    /// <summary>Whether a name above a matching one is wanted when only that exists: the pattern ends in <c>%</c>.</summary>
    public bool EndsInPercent => _pattern.EndsWith('%');

    /// <summary>Whether the name matches; "Inbox" in any case.</summary>
    public bool Matches(MailboxName name)
    {
        string text = name.Value;
        bool inbox = name == MailboxName.Inbox || name.IsUnder(MailboxName.Inbox);
        return _canMatch && Matches(text, inbox ? InboxLength : 0);
    }

    // One pass with two places to return to, the last "*" and the last "%": never more than pattern times name.
    private bool Matches(string text, int foldedLength)
    {
        int p = 0, t = 0, starP = -1, starT = 0, percentP = -1, percentT = 0;
        while (true)
        {
            if (p < _pattern.Length && _pattern[p] == '*')
            {
                (starP, starT) = (++p, t);
                percentP = -1;
            }
            else if (p < _pattern.Length && _pattern[p] == '%')
            {
                (percentP, percentT) = (++p, t);
            }
            else if (p == _pattern.Length && t == text.Length)
            {
                return true;
            }
            else if (p < _pattern.Length && t < text.Length && Same(_pattern[p], text[t], t < foldedLength))
            {
                p++;
                t++;
            }
            else if (percentP >= 0 && percentT < text.Length && text[percentT] != '/')
            {
                (p, t) = (percentP, ++percentT);
            }
            else if (starP >= 0 && starT < text.Length)
            {
                (p, t) = (starP, ++starT);
                percentP = -1;
            }
            else
            {
                return false;
            }
        }
    }

    private static bool Same(char a, char b, bool fold) => fold ? char.ToUpperInvariant(a) == char.ToUpperInvariant(b) : a == b;
}
