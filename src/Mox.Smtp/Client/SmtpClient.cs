using System.Diagnostics;
using System.IO.Pipelines;
using Microsoft.Extensions.Logging;
using Mox.Net.Tls;
using Mox.Smtp.Server;

namespace Mox.Smtp.Client;

/// <summary>The client's side of SMTP over a connection that is already there (RFC 5321): opened, then used for one message after another.</summary>
/// <remarks>
/// One thing at a time. What a peer does is never an exception: it is an <see cref="SmtpFailure"/>. What comes out as an exception is the
/// caller's own: its cancellation, or its content stream. Dispose it after use; <see cref="QuitAsync"/> before is polite.
/// </remarks>
public sealed partial class SmtpClient : IAsyncDisposable
{
    private readonly SmtpWire _wire;
    private readonly SmtpClientOptions _options;
    private readonly ILogger _logger;
    private bool _isLeftOpen;
    private int _messages;

    private SmtpClient(SmtpWire wire, SmtpExtensions extensions, SmtpClientOptions options, ILogger logger) =>
        (_wire, Extensions, _options, _logger) = (wire, extensions, options, logger);

    /// <summary>What the server offers now, that is, after TLS.</summary>
    public SmtpExtensions Extensions { get; }

    /// <summary>What TLS agreed on, with the server's certificate and what was found about it; null in clear text.</summary>
    public TlsSessionInfo? Tls => _wire.Tls;

    /// <summary>The connection is there, and the server takes another message on it.</summary>
    public bool CanSend => !_wire.IsGone && !(Extensions.LimitsMailMax <= _messages);

    /// <summary>Opens a conversation over a stream, which belongs to the client from here on: it is disposed with it, and after a failure.</summary>
    public static ValueTask<SmtpOpening> OpenAsync(
        Stream stream, SmtpClientOptions options, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return OpenAsync(new StreamPipes(stream), stream, options, time, logger, cancellationToken);
    }

    /// <summary>Opens a conversation over a pair of pipes, which are completed with the client, and after a failure.</summary>
    public static ValueTask<SmtpOpening> OpenAsync(
        IDuplexPipe transport, SmtpClientOptions options, TimeProvider time, ILogger logger, CancellationToken cancellationToken) =>
        OpenAsync(transport, null, options, time, logger, cancellationToken);

    /// <summary>
    /// Sends one message to its recipients, as far as the server takes them. The stream is read once, from where it stands to its end; after a
    /// failure it may have been read in part.
    /// </summary>
    public async ValueTask<SmtpSendResult> SendAsync(
        OutgoingEnvelope envelope, IReadOnlyList<OutgoingRecipient> recipients, Stream content, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(envelope);
        ArgumentOutOfRangeException.ThrowIfZero(recipients.Count);
        using var activity = SmtpMetrics.Activities.StartActivity("smtp.send", ActivityKind.Client);
        using var operation = _wire.Begin(_options.TotalTimeout, cancellationToken);
        var transaction = new OutgoingTransaction(_wire, Extensions, _options, envelope, recipients);
        bool isOver = false;
        try
        {
            if (await ReadyAsync() is { } failure)
            {
                isOver = true;
                return new SmtpSendResult { Failure = failure, Recipients = [.. recipients.Select(_ => failure)] };
            }
            var result = await transaction.RunAsync(content);
            (isOver, _isLeftOpen) = (true, transaction.IsLeftOpen);
            _messages += transaction.IsLeftOpen || result.Accepted is not null ? 1 : 0;
            Note(activity, result);
            return result;
        }
        finally
        {
            if (!isOver)
            {
                _wire.Abandon();
            }
        }
    }

    /// <summary>Ends what is left of a transaction (RFC 5321 section 4.1.1.5), and tells whether the connection is still good. Null: it is.</summary>
    public async ValueTask<SmtpFailure?> ResetAsync(CancellationToken cancellationToken)
    {
        using var operation = _wire.Begin(_options.TotalTimeout, cancellationToken);
        _isLeftOpen = true;
        return await ReadyAsync();
    }

    /// <summary>Says QUIT and waits a short time for the answer. The connection is then of no more use.</summary>
    public async ValueTask QuitAsync(CancellationToken cancellationToken)
    {
        if (_wire.IsGone)
        {
            return;
        }
        using var operation = _wire.Begin(_options.QuitTimeout, cancellationToken);
        try
        {
            await _wire.AskAsync("QUIT", SmtpStage.Idle, "QUIT");
        }
        catch (SmtpFailureException e)
        {
            LogFailure(_logger, e.Failure);
        }
        finally
        {
            _wire.Abandon();
        }
    }

    /// <summary>Closes the connection.</summary>
    public ValueTask DisposeAsync() => _wire.DisposeAsync();

    private static async ValueTask<SmtpOpening> OpenAsync(
        IDuplexPipe transport, Stream? stream, SmtpClientOptions options, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        if (options is { TlsName: null, VerifyCertificate: true, Tls: SmtpTlsMode.Required or SmtpTlsMode.Implicit })
        {
            throw new ArgumentException("To verify a certificate its name must be known.", nameof(options));
        }
        var wire = new SmtpWire(transport, stream, options, time, logger);
        SmtpClient? client = null;
        try
        {
            using var operation = wire.Begin(options.TotalTimeout, cancellationToken);
            var extensions = await SmtpSetup.RunAsync(wire, options);
            client = new SmtpClient(wire, extensions, options, logger);
            options.Metrics?.Opened(null);
            return new SmtpOpening { Client = client };
        }
        catch (SmtpFailureException e)
        {
            options.Metrics?.Opened(e.Failure);
            LogFailure(logger, e.Failure);
            return new SmtpOpening { Failure = e.Failure };
        }
        finally
        {
            if (client is null)
            {
                await wire.DisposeAsync();
            }
        }
    }

    // The connection is there and clean; null when it is.
    private async ValueTask<SmtpFailure?> ReadyAsync()
    {
        if (!CanSend)
        {
            string text = _wire.IsGone ? "the connection is gone" : $"the server takes {Extensions.LimitsMailMax} messages a connection";
            return new SmtpFailure(SmtpStage.Idle, false, 0, new EnhancedStatus(4, 4, 2), text);
        }
        try
        {
            await _wire.RefuseUnaskedAsync(SmtpStage.Idle);
            if (_isLeftOpen)
            {
                var reply = await _wire.AskAsync("RSET", SmtpStage.Idle, "RSET");
                if (!reply.IsOk)
                {
                    // RSET cannot be refused; a server that does is in a state that nobody knows. Nothing is known of the message, so it may go later.
                    _wire.Abandon();
                    return _wire.Refused(reply, SmtpStage.Idle).Failure with { IsPermanent = false };
                }
                _isLeftOpen = false;
            }
            return null;
        }
        catch (SmtpFailureException e)
        {
            LogFailure(_logger, e.Failure);
            return e.Failure;
        }
    }

    private void Note(Activity? activity, SmtpSendResult result)
    {
        if (result.Failure is { } failure)
        {
            LogFailure(_logger, failure);
            activity?.SetTag("error.type", failure.Stage.ToString());
            activity?.SetStatus(ActivityStatusCode.Error);
        }
        activity?.SetTag("mox.smtp.recipients", result.Recipients.Count);
        activity?.SetTag("mox.smtp.accepted", result.Recipients.Count(r => r is null));
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "SMTP to a next hop failed: {Failure}")]
    private static partial void LogFailure(ILogger logger, SmtpFailure failure);
}
