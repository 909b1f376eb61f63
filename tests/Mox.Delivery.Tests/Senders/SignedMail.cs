using System.Text;
using Mox.Addresses;
using Mox.EmailAuth;
using Mox.EmailAuth.Dkim;
using Mox.Testing;

namespace Mox.Delivery.Tests.Senders;

/// <summary>A message of ann@there.example, signed by whoever the test says with selector s.</summary>
internal static class SignedMail
{
    public const string Unsigned = "From: Ann <ann@there.example>\r\nSubject: x\r\n\r\nhello\r\n";

    private static readonly DkimPrivateKey Key = DkimPrivateKey.Generate(DkimAlgorithm.Rsa);

    public static async Task<string> SignAsync(FakeDns dns, TimeProvider time, string domain = "there.example", string message = Unsigned)
    {
        dns.Txt($"s._domainkey.{domain}", DkimRecord.Compose(DkimAlgorithm.Rsa, Key.PublicKey));
        var signing = new DkimSigning { Domain = Domain.Parse(domain), Selector = Domain.Parse("s"), Key = Key };
        var read = await AuthMessage.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(message)), default);
        return await DkimSigner.SignAsync(read, signing, time.GetUtcNow(), default) + message;
    }
}
