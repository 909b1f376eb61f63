using System.Globalization;

namespace Mox.Store;

/// <summary>The identity of a mailbox within its account; kept over renames, never reused.</summary>
public readonly record struct MailboxId(long Value)
{
    /// <summary>The decimal number.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
