namespace Mox.Smtp.Client;

/// <summary>How far a conversation had come when it failed.</summary>
public enum SmtpStage
{
    /// <summary>Before the first byte: address and TCP. For callers; this client is given a connection.</summary>
    Connect,

    /// <summary>The greeting.</summary>
    Greeting,

    /// <summary>EHLO or HELO.</summary>
    Hello,

    /// <summary>STARTTLS, handshake or certificate. With <see cref="SmtpTlsMode.Opportunistic"/> the caller may try again without TLS.</summary>
    Tls,

    /// <summary>AUTH.</summary>
    Login,

    /// <summary>MAIL, or what the message needs and the server does not offer.</summary>
    Mail,

    /// <summary>RCPT.</summary>
    Recipient,

    /// <summary>DATA, before any content.</summary>
    Data,

    /// <summary>The content and the answer to it. After a lost connection the server may have the message.</summary>
    Content,

    /// <summary>RSET, or a connection that was already gone when a message should be sent.</summary>
    Idle,

    /// <summary>Nothing failed: the server takes no more recipients in one transaction. Send again to those that are left.</summary>
    NotTried,
}
