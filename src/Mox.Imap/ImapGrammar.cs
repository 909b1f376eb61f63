using System.Buffers;

namespace Mox.Imap;

/// <summary>The character classes of the grammar (RFC 3501 section 9), under their ABNF names.</summary>
internal static class ImapGrammar
{
    // ATOM-CHAR: any CHAR but ( ) { SP CTL % * " \ ]
    private const string AtomText =
        "!#$&'+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[^_`abcdefghijklmnopqrstuvwxyz|}~";

    /// <summary>atom = 1*ATOM-CHAR.</summary>
    public static readonly SearchValues<byte> AtomChar = Of(AtomText);

    /// <summary>ASTRING-CHAR = ATOM-CHAR / resp-specials.</summary>
    public static readonly SearchValues<byte> AstringChar = Of(AtomText + "]");

    /// <summary>list-char = ATOM-CHAR / list-wildcards / resp-specials.</summary>
    public static readonly SearchValues<byte> ListChar = Of(AtomText + "]%*");

    /// <summary>tag = 1*&lt;any ASTRING-CHAR except "+"&gt;.</summary>
    public static readonly SearchValues<byte> TagChar = Of(AtomText.Replace("+", "", StringComparison.Ordinal) + "]");

    /// <summary>What cannot stand in a quoted string: CR, LF, NUL.</summary>
    public static readonly SearchValues<byte> NotInQuoted = SearchValues.Create("\r\n\0"u8);

    /// <summary>What must be escaped in a quoted string: quoted-specials.</summary>
    public static readonly SearchValues<byte> QuotedSpecials = SearchValues.Create("\"\\"u8);

    /// <summary>date-month, in order.</summary>
    public static readonly string[] Months =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

    private static SearchValues<byte> Of(string characters) =>
        SearchValues.Create([.. characters.Select(c => (byte)c)]);
}
