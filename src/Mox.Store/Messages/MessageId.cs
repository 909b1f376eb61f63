using System.Globalization;

namespace Mox.Store;

/// <summary>
/// The identity of a message's content within its account: the name of its file, never reused.
/// </summary>
/// <remarks>
/// COPY and MOVE keep it, as the content is the same (EMAILID, RFC 8474 section 5.1): several rows of an account can name one content.
/// What differs between copies (mailbox, UID, flags, save date) is in <see cref="MessageEntry"/>.
/// </remarks>
public readonly record struct MessageId(long Value)
{
    /// <summary>The decimal number.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
