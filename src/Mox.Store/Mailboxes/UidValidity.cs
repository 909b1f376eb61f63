using System.Globalization;

namespace Mox.Store;

/// <summary>The number that changes, upwards, when a mailbox name gets new UIDs (RFC 9051 section 2.3.1.1).</summary>
public readonly record struct UidValidity(uint Value)
{
    /// <summary>The decimal number.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
