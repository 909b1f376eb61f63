using System.Net;
using System.Text;

namespace Mox.Mime;

/// <summary>The words of an HTML text, for previews: a scan without a tree, not a sanitiser.</summary>
internal static class HtmlText
{
    /// <summary>
    /// Text without tags, comments, quotes and what is never shown; blocks end lines, entities are decoded.
    /// </summary>
    public static string Extract(string html)
    {
        var result = new StringBuilder();
        var at = 0;
        while (at < html.Length)
        {
            var tag = html.IndexOf('<', at);
            var text = html.AsSpan(at, (tag < 0 ? html.Length : tag) - at);
            AppendText(result, text);
            if (tag < 0)
            {
                break;
            }
            at = Skip(html, tag, result);
        }
        return WebUtility.HtmlDecode(result.ToString());
    }

    // Line ends of the source are white space in HTML.
    private static void AppendText(StringBuilder result, ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            result.Append(c is '\r' or '\n' ? ' ' : c);
        }
    }

    /// <summary>Goes over the tag at <paramref name="tag"/>, and over the whole element when it is not shown.</summary>
    private static int Skip(string html, int tag, StringBuilder result)
    {
        var rest = html.AsSpan(tag + 1);
        if (rest.StartsWith("!--"))
        {
            return After(html, "-->", tag + 4);
        }
        if (rest.IsEmpty || !(char.IsAsciiLetter(rest[0]) || rest[0] is '/' or '!' or '?'))
        {
            result.Append('<');
            return tag + 1;
        }
        var isEnd = rest[0] == '/';
        var name = Name(isEnd ? rest[1..] : rest);
        var end = After(html, ">", tag + 1);
        if (!isEnd && name is "script" or "style" or "svg" or "title" or "head" or "blockquote")
        {
            var close = html.IndexOf($"</{name}", end, StringComparison.OrdinalIgnoreCase);
            return close < 0 ? html.Length : After(html, ">", close);
        }
        if (name is "br" or "p" or "div" or "tr" or "li" or "td" or "table" or "h1" or "h2" or "h3" or "h4" or "hr" or "ul" or "ol" or "pre")
        {
            result.Append('\n');
        }
        return end;
    }

    private static string Name(ReadOnlySpan<char> text)
    {
        var length = 0;
        while (length < text.Length && length < 12 && char.IsAsciiLetterOrDigit(text[length]))
        {
            length++;
        }
        return text[..length].ToString().ToLowerInvariant();
    }

    private static int After(string html, string mark, int from)
    {
        var at = from >= html.Length ? -1 : html.IndexOf(mark, from, StringComparison.Ordinal);
        return at < 0 ? html.Length : at + mark.Length;
    }
}
