using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Mox.Smtp.Server;

/// <summary>Kestrel's entry for an SMTP listener: makes a session for each connection, holds nothing.</summary>
public sealed class SmtpConnectionHandler(SmtpServices services, SmtpOptions options, ILogger<SmtpConnectionHandler> logger) : ConnectionHandler
{
    /// <inheritdoc/>
    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        await using var session = new SmtpSession(connection, services, options, logger);
        await session.RunAsync();
    }
}
