using System.Net;
using Microsoft.Extensions.Logging;
using Mox.Net.Tls;

namespace Mox.Imap;

/// <summary>What a session logs. What the client does is of no interest to the operator: Debug; what we do wrong is.</summary>
internal static partial class ImapSessionLog
{
    [LoggerMessage(Level = LogLevel.Debug, Message = "imap connection remote={Remote} tls={Tls}")]
    public static partial void Connected(ILogger logger, IPAddress remote, bool tls);

    [LoggerMessage(Level = LogLevel.Debug, Message = "imap connection ended reason={Reason}")]
    public static partial void Ended(ILogger logger, ImapEndReason reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "imap tls handshake failed reason={Failure}")]
    public static partial void TlsFailed(ILogger logger, TlsHandshakeFailure failure);

    [LoggerMessage(Level = LogLevel.Debug, Message = "imap command refused command={Command} text={Text}")]
    public static partial void Refused(ILogger logger, string command, string text);

    [LoggerMessage(Level = LogLevel.Error, Message = "imap command failed command={Command}")]
    public static partial void Broken(ILogger logger, Exception exception, string command);
}
