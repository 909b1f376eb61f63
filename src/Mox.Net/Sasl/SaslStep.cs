namespace Mox.Net.Sasl;

/// <summary>What the server does next: send a challenge, or end with a result.</summary>
public readonly record struct SaslStep
{
    private SaslStep(ReadOnlyMemory<byte> challenge, LoginResult? result)
    {
        Challenge = challenge;
        Result = result;
    }

    /// <summary>The bytes to send, before base64; may be empty. Meaningless when <see cref="Result"/> is set.</summary>
    public ReadOnlyMemory<byte> Challenge { get; }

    /// <summary>The end of the exchange; null while it goes on.</summary>
    public LoginResult? Result { get; }

    /// <summary>The exchange goes on with a challenge.</summary>
    public static SaslStep Continue(ReadOnlyMemory<byte> challenge) => new(challenge, null);

    /// <summary>The exchange is over. What a mechanism says at the end (SCRAM's server signature) was its last challenge,
    /// because neither SMTP nor IMAP carries data with success.</summary>
    public static SaslStep Done(LoginResult result) => new(default, result);
}
