using System.Text;

namespace Mox.Net.Sasl;

/// <summary>LOGIN: the server asks twice, in words that nobody agreed on, so only their order counts.</summary>
internal sealed class LoginClient(string login, string password) : SaslClient
{
    private int _asked;

    public override string Mechanism => SaslMechanisms.Login;

    public override bool IsComplete => _asked == 2;

    public override byte[]? InitialResponse() => null;

    public override byte[] Respond(ReadOnlySpan<byte> challenge) => Encoding.UTF8.GetBytes(_asked++ switch
    {
        0 => login,
        1 => password,
        _ => throw new SaslException("LOGIN asks twice"),
    });
}
