using System.Text;

namespace Mox.Net.Sasl;

/// <summary>PLAIN (RFC 4616 section 2).</summary>
internal sealed class PlainClient(string login, string password) : SaslClient
{
    private bool _sent;

    public override string Mechanism => SaslMechanisms.Plain;

    public override bool IsComplete => _sent;

    public override byte[] InitialResponse()
    {
        if (login.Contains('\0', StringComparison.Ordinal) || password.Contains('\0', StringComparison.Ordinal))
        {
            throw new SaslException("NUL in login or password");
        }

        _sent = true;
        return Encoding.UTF8.GetBytes($"\0{login}\0{password}");
    }

    public override byte[] Respond(ReadOnlySpan<byte> challenge) =>
        !_sent && challenge.IsEmpty ? InitialResponse() : throw new SaslException("PLAIN knows no challenge");
}
