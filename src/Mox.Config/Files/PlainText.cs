namespace Mox.Config.Files;

/// <summary>Texts that are sent to clients in a reply.</summary>
internal static class PlainText
{
    /// <summary>One line of printable ASCII, 1 to 255 characters.</summary>
    public static bool IsLine(string text) => text.Length is > 0 and < 256 && text.All(c => c is >= ' ' and <= '~');

    /// <summary>The text, fit for a message to the operator: short and without control characters.</summary>
    public static string Shown(string text)
    {
        string head = text.Length > 80 ? text[..80] + "..." : text;
        return string.Concat(head.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));
    }
}
