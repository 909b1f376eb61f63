using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Mox.Imap;

/// <summary>Kestrel's entry for an IMAP listener: makes a session for each connection, holds nothing.</summary>
public sealed class ImapConnectionHandler(ImapServices services, ImapOptions options, ILogger<ImapConnectionHandler> logger) : ConnectionHandler
{
    /// <inheritdoc/>
    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        using var session = new ImapSession(connection, services, options, logger);
        await session.RunAsync();
    }
}
