namespace Mox.Smtp.Client;

/// <summary>Whom a client logs in as.</summary>
public sealed record SmtpCredentials(string Login, string Password)
{
    /// <summary>Without the password.</summary>
    public override string ToString() => Login;
}
