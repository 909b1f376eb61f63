using System.Globalization;

namespace Mox.Net;

/// <summary>The number of a connection, in every log line about it as <c>cid</c> (hexadecimal).</summary>
public readonly record struct ConnectionId(long Value)
{
    /// <summary>The form that logs show.</summary>
    public override string ToString() => Value.ToString("x", CultureInfo.InvariantCulture);
}
