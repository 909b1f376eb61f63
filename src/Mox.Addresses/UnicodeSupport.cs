using System.Globalization;
using System.Text;

namespace Mox.Addresses;

/// <summary>
/// Whether this process has what addresses need: IDNA and normalisation, which .NET takes from libicu.
/// </summary>
public static class UnicodeSupport
{
    private static readonly Lazy<bool> Works = new(Probe);

    /// <summary>Whether internationalised domains and NFC work; false in .NET's invariant globalisation mode.</summary>
    public static bool IsAvailable => Works.Value;

    /// <summary>Stops a start-up without libicu, since addresses would then be compared wrongly.</summary>
    /// <exception cref="InvalidOperationException">
    /// IDNA or normalisation is missing; the message says what to install.
    /// </exception>
    public static void Require()
    {
        if (!IsAvailable)
        {
            throw new InvalidOperationException(
                "Unicode normalisation and internationalised domain names are not available. Install libicu (Debian: libicu72 or later) "
                + "and unset DOTNET_SYSTEM_GLOBALIZATION_INVARIANT.");
        }
    }

    private static bool Probe()
    {
        try
        {
            // UTS 46 non-transitional keeps the sharp s; a full-width letter proves that mapping happens at all.
            return new IdnMapping().GetAscii("\uFF46a\u00DF.example") == "xn--fa-hia.example"
                && "e\u0301".Normalize(NormalizationForm.FormC) == "\u00E9";
        }
        catch (Exception e) when (e is ArgumentException or PlatformNotSupportedException)
        {
            return false;
        }
    }
}
