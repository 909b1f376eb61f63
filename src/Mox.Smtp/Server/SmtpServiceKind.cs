namespace Mox.Smtp.Server;

/// <summary>What an SMTP listener is for.</summary>
public enum SmtpServiceKind
{
    /// <summary>Mail from other servers, for us (port 25). Nobody logs in.</summary>
    Deliver,

    /// <summary>Mail of our users, for anybody (RFC 6409): after a login, and lenient with clients.</summary>
    Submit,
}
