namespace Mox.Store;

/// <summary>Which text of a message is looked into.</summary>
public enum TextScope
{
    /// <summary>The fields of its own header, each as <c>Name: decoded value</c>.</summary>
    Header,

    /// <summary>Its decoded text parts, and the headers of messages within it (BODY, RFC 3501 section 6.4.4).</summary>
    Body,

    /// <summary>Both (TEXT).</summary>
    HeaderAndBody,
}

/// <summary>Says which contents may hold a text, without opening them.</summary>
public interface ITextIndex
{
    /// <summary>
    /// The contents that may hold a text; none that does is left out, and of those that are named the text itself decides. Null when the
    /// index cannot say, and each message is to be looked into: the needle has fewer than three characters, or there is no index now.
    /// Blocks for some milliseconds.
    /// </summary>
    /// <param name="needle">The text, in any case; it is folded here.</param>
    /// <param name="scope">Where it is looked for.</param>
    TextCandidates? Find(string needle, TextScope scope);
}
