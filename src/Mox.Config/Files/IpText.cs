using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Mox.Config.Files;

/// <summary>IP addresses as people write them.</summary>
internal static class IpText
{
    /// <summary>.NET takes "1" and "0x7f.1" as addresses; what is not written the usual way is more likely a slip.</summary>
    public static bool TryRead(string text, [NotNullWhen(true)] out IPAddress? address) =>
        IPAddress.TryParse(text, out address) && (text.Contains(':', StringComparison.Ordinal) || address.ToString() == text);
}
