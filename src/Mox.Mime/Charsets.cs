using System.Collections.Frozen;
using System.Text;

namespace Mox.Mime;

/// <summary>
/// Charsets by the names that mail uses; an unknown one reads as Latin-1, and UTF-7 is never decoded.
/// </summary>
public static class Charsets
{
    private static readonly Encoding Utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

    // Names that mail uses and .NET does not know, or knows as something narrower.
    private static readonly (string Alias, string Name)[] Aliases =
    [
        ("utf8", "utf-8"), ("utf-8-mac", "utf-8"), ("unicode-1-1-utf-8", "utf-8"), ("utf16", "utf-16"), ("utf16le", "utf-16"),
        ("utf-16le", "utf-16"), ("utf-16be", "utf-16BE"), ("ucs-2", "utf-16"),
        // Browsers and mail programs write windows-1252 and say Latin-1; it only adds to it.
        ("iso-8859-1", "windows-1252"), ("iso8859-1", "windows-1252"), ("iso_8859-1", "windows-1252"), ("iso88591", "windows-1252"),
        ("latin1", "windows-1252"), ("latin-1", "windows-1252"), ("l1", "windows-1252"), ("cp1252", "windows-1252"), ("x-ansi", "windows-1252"),
        ("iso8859-2", "iso-8859-2"), ("latin2", "iso-8859-2"), ("latin-2", "iso-8859-2"), ("iso8859-5", "iso-8859-5"),
        ("iso8859-7", "iso-8859-7"), ("iso-8859-8-i", "iso-8859-8"), ("iso-8859-11", "windows-874"), ("tis-620", "windows-874"),
        ("iso8859-9", "iso-8859-9"), ("latin5", "iso-8859-9"), ("iso8859-15", "iso-8859-15"), ("latin9", "iso-8859-15"), ("latin-9", "iso-8859-15"),
        ("cp1250", "windows-1250"), ("cp1251", "windows-1251"), ("win-1251", "windows-1251"), ("cp-1251", "windows-1251"),
        ("cp1253", "windows-1253"), ("cp1254", "windows-1254"), ("cp1255", "windows-1255"), ("cp1256", "windows-1256"),
        ("cp1257", "windows-1257"), ("cp1258", "windows-1258"), ("cp874", "windows-874"), ("koi8r", "koi8-r"), ("koi8u", "koi8-u"),
        ("cp866", "cp866"), ("cp437", "ibm437"), ("cp850", "ibm850"), ("cp852", "ibm852"),
        ("sjis", "shift_jis"), ("x-sjis", "shift_jis"), ("shift-jis", "shift_jis"), ("cp932", "shift_jis"), ("ms932", "shift_jis"),
        ("windows-31j", "shift_jis"), ("ms_kanji", "shift_jis"), ("eucjp", "euc-jp"), ("x-euc-jp", "euc-jp"), ("ujis", "euc-jp"),
        ("iso-2022-jp-1", "iso-2022-jp"), ("iso-2022-jp-2", "iso-2022-jp"), ("iso-2022-jp-ms", "iso-2022-jp"), ("cp50220", "iso-2022-jp"),
        ("euckr", "euc-kr"), ("cp949", "ks_c_5601-1987"), ("ms949", "ks_c_5601-1987"), ("uhc", "ks_c_5601-1987"),
        ("windows-949", "ks_c_5601-1987"), ("x-windows-949", "ks_c_5601-1987"), ("ksc5601", "ks_c_5601-1987"),
        ("gbk", "gb2312"), ("cp936", "gb2312"), ("ms936", "gb2312"), ("windows-936", "gb2312"), ("x-gbk", "gb2312"), ("euc-cn", "gb2312"),
        ("gb-2312", "gb2312"), ("gb_2312-80", "gb2312"), ("gb-18030", "gb18030"), ("hz", "hz-gb-2312"),
        ("big-5", "big5"), ("cp950", "big5"), ("big5-hkscs", "big5"), ("big5hkscs", "big5"), ("x-x-big5", "big5"),
    ];

    private static readonly FrozenDictionary<string, int> CodePages = BuildTable();
    private static readonly FrozenDictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> Lookup =
        CodePages.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The encoding of this name, or null when it is unknown or says no more than ASCII.</summary>
    public static Encoding? TryFind(string? charset)
    {
        var name = charset.AsSpan().Trim(" \t\"'");
        return name.Length is > 0 and <= 80 && Lookup.TryGetValue(name, out var codePage)
            ? codePage == Encoding.UTF8.CodePage ? Utf8 : Encoding.GetEncoding(codePage)
            : null;
    }

    /// <summary>The encoding of this name; Latin-1 when it is unknown.</summary>
    public static Encoding Find(string? charset) => TryFind(charset) ?? Encoding.Latin1;

    /// <summary>
    /// Decodes bytes. Without a charset, or with US-ASCII, what is valid UTF-8 is read as that. Wrong bytes become
    /// U+FFFD or a question mark.
    /// </summary>
    public static string Decode(string? charset, ReadOnlySpan<byte> bytes)
    {
        if (TryFind(charset) is { } encoding)
        {
            return encoding.GetString(bytes);
        }
        return IsAsciiName(charset) ? HeaderText.Decode(bytes) : Encoding.Latin1.GetString(bytes);
    }

    /// <summary>Whether a charset is absent or US-ASCII, so that bytes above 127 must be guessed.</summary>
    internal static bool IsAsciiName(string? charset) =>
        charset.AsSpan().Trim(" \t\"'") is var name
        && (name.IsEmpty || name.Equals("us-ascii", StringComparison.OrdinalIgnoreCase) || name.Equals("ascii", StringComparison.OrdinalIgnoreCase)
            || name.Equals("ansi_x3.4-1968", StringComparison.OrdinalIgnoreCase));

    private static FrozenDictionary<string, int> BuildTable()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var table = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        foreach (var info in Encoding.GetEncodings())
        {
            table[info.Name] = info.CodePage;
        }
        // The provider lists one name for each code page; it knows these too.
        foreach (var (alias, name) in Aliases)
        {
            if (TryCodePage(name) is { } codePage)
            {
                table[name] = codePage;
                table[alias] = codePage;
            }
        }
        foreach (var number in new[] { 1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258, 874 })
        {
            table[$"windows-{number}"] = number;
        }
        // UTF-7 hides ASCII from whoever filters it; ASCII itself is guessed.
        foreach (var name in table.Where(e => e.Value is 65000 or 20127).Select(e => e.Key).ToList())
        {
            table.Remove(name);
        }
        return table.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);
    }

    private static int? TryCodePage(string name)
    {
        try
        {
            return Encoding.GetEncoding(name).CodePage;
        }
        catch (ArgumentException)
        {
            return null; // an alias for what this .NET does not have
        }
    }
}
