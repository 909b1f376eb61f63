using System.Globalization;

namespace Mox.Store;

/// <summary>
/// The modification sequence of an account (RFC 7162 section 3.1): one counter, one new value for each operation, in commit order.
/// </summary>
public readonly record struct ModSeq(long Value) : IComparable<ModSeq>
{
    /// <inheritdoc/>
    public int CompareTo(ModSeq other) => Value.CompareTo(other.Value);

    /// <summary>Compares by value.</summary>
    public static bool operator <(ModSeq left, ModSeq right) => left.Value < right.Value;

    /// <summary>Compares by value.</summary>
    public static bool operator >(ModSeq left, ModSeq right) => left.Value > right.Value;

    /// <summary>Compares by value.</summary>
    public static bool operator <=(ModSeq left, ModSeq right) => left.Value <= right.Value;

    /// <summary>Compares by value.</summary>
    public static bool operator >=(ModSeq left, ModSeq right) => left.Value >= right.Value;

    /// <summary>The decimal number.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
