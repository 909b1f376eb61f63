using System.Text;

namespace Mox.Net.Sasl;

/// <summary>CRAM-MD5 (RFC 2195 section 2).</summary>
internal sealed class CramMd5Client(string login, string password) : SaslClient
{
    private bool _sent;

    public override string Mechanism => SaslMechanisms.CramMd5;

    public override bool IsComplete => _sent;

    public override byte[]? InitialResponse() => null;

    public override byte[] Respond(ReadOnlySpan<byte> challenge)
    {
        if (_sent || challenge.IsEmpty)
        {
            throw new SaslException("CRAM-MD5 has one challenge");
        }

        _sent = true;
        return Encoding.UTF8.GetBytes($"{login} {CramMd5Digest.Hex(Encoding.UTF8.GetBytes(password), challenge)}");
    }
}
