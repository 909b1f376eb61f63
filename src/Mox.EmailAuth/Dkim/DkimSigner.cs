using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Mox.Mime;

namespace Mox.EmailAuth.Dkim;

/// <summary>Signs messages (RFC 6376 section 5).</summary>
public static class DkimSigner
{
    private const int LineLength = 76;

    /// <summary>The DKIM-Signature field for a message, folded, with CRLF at its end; it goes to the top of the message.</summary>
    /// <exception cref="ArgumentException">From is not among the fields to sign, or the message has none.</exception>
    /// <exception cref="IOException">The message cannot be read.</exception>
    public static async Task<string> SignAsync(AuthMessage message, DkimSigning signing, DateTimeOffset now, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(signing);
        if (!signing.Fields.Contains("From", StringComparer.OrdinalIgnoreCase) || message.Header.First("From") is null)
        {
            throw new ArgumentException("A signature is worth nothing without From.", nameof(signing));
        }

        byte[] body = await message.BodyHashAsync(signing.BodyForm, ct);
        HeaderField[] fields = [.. message.Header.Fields()];
        string[] names = [.. Names(fields, signing)];
        string unsigned = Compose(signing, names, body, now);
        var bytes = new ArrayBufferWriter<byte>(2048);
        foreach (var field in SignedFields.Select(fields, names))
        {
            HeaderCanonicalizer.Write(bytes, field, signing.HeaderForm);
        }

        var own = new HeaderBlock(Encoding.ASCII.GetBytes(unsigned + "\r\n")).Fields().Single();
        HeaderCanonicalizer.WriteUnsigned(bytes, own, signing.HeaderForm);
        string signature = Convert.ToBase64String(signing.Key.Sign(SHA256.HashData(bytes.WrittenSpan)));
        return $"{unsigned}{string.Join("\r\n\t", signature.Chunk(LineLength - 4).Select(part => new string(part)))}\r\n";
    }

    private static IEnumerable<string> Names(HeaderField[] fields, DkimSigning signing)
    {
        foreach (string name in signing.Fields)
        {
            int count = fields.Count(field => field.Is(name));
            for (int i = 0; i < count + (signing.IsOversigned ? 1 : 0); i++)
            {
                yield return name;
            }
        }
    }

    // The b tag comes last, so that the rest is the same before and after.
    private static string Compose(DkimSigning signing, string[] names, byte[] body, DateTimeOffset now)
    {
        var text = new StringBuilder("DKIM-Signature:");
        int column = text.Length;
        Add("v=1;");
        Add(signing.Key.Algorithm == DkimAlgorithm.Rsa ? "a=rsa-sha256;" : "a=ed25519-sha256;");
        Add($"c={Name(signing.HeaderForm)}/{Name(signing.BodyForm)};");
        Add($"d={signing.Domain.Ascii};");
        Add($"s={signing.Selector.Ascii};");
        Add(string.Create(CultureInfo.InvariantCulture, $"t={now.ToUnixTimeSeconds()};"));
        if (signing.Lifetime is { } lifetime)
        {
            Add(string.Create(CultureInfo.InvariantCulture, $"x={(now + lifetime).ToUnixTimeSeconds()};"));
        }

        for (int i = 0; i < names.Length; i++)
        {
            Add($"{(i == 0 ? "h=" : "")}{names[i]}{(i == names.Length - 1 ? ";" : ":")}");
        }

        Add($"bh={Convert.ToBase64String(body)};");
        text.Append("\r\n\tb=");
        return text.ToString();

        void Add(string part)
        {
            bool fits = column + 1 + part.Length <= LineLength;
            text.Append(fits ? " " : "\r\n\t").Append(part);
            column = fits ? column + 1 + part.Length : 8 + part.Length;
        }
    }

    private static string Name(Canonicalization form) => form == Canonicalization.Simple ? "simple" : "relaxed";
}
