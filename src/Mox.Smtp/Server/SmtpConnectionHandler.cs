using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Mox.Smtp.Server;

/// <summary>Kestrel's entry for an SMTP listener: makes a session for each connection, holds nothing.</summary>
public sealed class SmtpConnectionHandler : ConnectionHandler
{
    private readonly SmtpServices _services;
    private readonly SmtpOptions _options;
    private readonly ILogger _logger;

    /// <summary>A listener.</summary>
    /// <exception cref="ArgumentException">The services lack what this kind of listener needs.</exception>
    public SmtpConnectionHandler(SmtpServices services, SmtpOptions options, ILogger<SmtpConnectionHandler> logger)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(options);
        bool isComplete = options.Kind == SmtpServiceKind.Submit
            ? services is { Submission: not null, Authenticator: not null }
            : services.Inbound is not null;
        if (!isComplete || (options.ImplicitTls && services.Certificates is null))
        {
            throw new ArgumentException($"A listener of kind {options.Kind} lacks a service.", nameof(services));
        }
        (_services, _options, _logger) = (services, options, logger);
    }

    /// <inheritdoc/>
    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        await using var session = new SmtpSession(connection, _services, _options, _logger);
        await session.RunAsync();
    }
}
