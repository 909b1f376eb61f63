using Microsoft.Extensions.Logging;
using Mox.Addresses;
using Mox.Config;
using Mox.Smtp;
using Mox.Smtp.Client;
using Mox.Store;

namespace Mox.Queue;

/// <summary>Hands all mail to another server that sends it on: one of our provider, or a relay. Connections are used for several messages.</summary>
public sealed class SmarthostTransport : ITransport, IAsyncDisposable
{
    private const int MaxConnections = 20;

    private readonly SmarthostConfig _config;
    private readonly SmtpClientOptions _options;
    private readonly Dialer _dialer;
    private readonly ClientPool _pool;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <summary>Makes a transport of a configuration.</summary>
    /// <param name="name">Its name in routes.</param>
    /// <param name="config">The server.</param>
    /// <param name="options">Our name, timeouts, trace; what the configuration says is put over them.</param>
    /// <param name="dialer">Opens connections.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where connections that fail are logged.</param>
    public SmarthostTransport(string name, SmarthostConfig config, SmtpClientOptions options, Dialer dialer, TimeProvider time, ILogger logger)
    {
        (Name, _config, _dialer, _time, _logger) = (name, config, dialer, time, logger);
        _pool = new ClientPool(time);
        _options = options with
        {
            Tls = config.Tls switch
            {
                SmarthostTls.Implicit => SmtpTlsMode.Implicit,
                SmarthostTls.Opportunistic => SmtpTlsMode.Opportunistic,
                _ => SmtpTlsMode.Required,
            },
            TlsName = Domain.TryParse(config.Host, out Domain host) ? host.Ascii : config.Host,
            VerifyCertificate = config.VerifyCertificate && config.Tls != SmarthostTls.Opportunistic,
        };
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int? MaxConcurrency => MaxConnections;

    /// <inheritdoc/>
    public async ValueTask<TransportResult> DeliverAsync(TransportJob job, CancellationToken ct)
    {
        var outcomes = new RecipientOutcome?[job.Recipients.Count];
        SmtpClient? client = _pool.Take();
        bool isReused = client is not null;
        try
        {
            while (true)
            {
                if (client is null)
                {
                    (client, SmtpFailure? failure) = await OpenAsync(ct);
                    if (client is null)
                    {
                        return Failed(job, outcomes, failure!);
                    }
                }

                int[] left = [.. Enumerable.Range(0, outcomes.Length).Where(i => outcomes[i] is null)];
                SmtpSendResult result = await SendAsync(client, job, left, ct);
                // A server may close a connection that waits: nothing was said about the message, so it goes on a new one.
                if (isReused && result.Failure is { Code: 0, Stage: not SmtpStage.Content } && !client.CanSend)
                {
                    await client.DisposeAsync();
                    (client, isReused) = (null, false);
                    continue;
                }

                isReused = false;
                if (!Take(client, result, left, outcomes))
                {
                    return new TransportResult(outcomes!);
                }
            }
        }
        finally
        {
            if (client is not null)
            {
                _pool.Return(client);
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _pool.DisposeAsync();

    private static async ValueTask<SmtpSendResult> SendAsync(SmtpClient client, TransportJob job, int[] recipients, CancellationToken ct)
    {
        using MessageContent content = job.OpenContent();
        await using Stream stream = content.OpenStream();
        var envelope = new OutgoingEnvelope(job.From, job.SizeBytes, job.Body, job.NeedsSmtpUtf8) { Dsn = job.Dsn };
        return await client.SendAsync(
            envelope,
            [.. recipients.Select(i => job.Recipients[i]).Select(r => new OutgoingRecipient(r.Path, r.Notify, r.OriginalRecipient))],
            stream,
            ct);
    }

    // Writes down what is known; true when the server took fewer at once, and wants the others in a transaction of their own.
    private bool Take(SmtpClient client, SmtpSendResult result, int[] recipients, RecipientOutcome?[] outcomes)
    {
        OutcomeKind success = client.Extensions.Dsn ? OutcomeKind.HandedOn : OutcomeKind.Relayed;
        bool hasMore = false;
        for (int i = 0; i < recipients.Length; i++)
        {
            SmtpFailure? failure = result.Recipients[i];
            if (failure is { Stage: SmtpStage.NotTried } && client.CanSend && i > 0)
            {
                hasMore = true;
                continue;
            }

            outcomes[recipients[i]] = failure is null
                ? RecipientOutcome.Of(result.Accepted ?? new SmtpReply(250, 2, 0, 0, ""), success, _config.Host)
                : Outcome(failure);
        }

        return hasMore;
    }

    private async ValueTask<(SmtpClient? Client, SmtpFailure? Failure)> OpenAsync(CancellationToken ct)
    {
        SmtpClientOptions options;
        try
        {
            options = _config.PasswordFile is { } file && _config.Username is { } user
                ? _options with { Credentials = new SmtpCredentials(user, SecretFile.ReadText(file)) }
                : _options;
        }
        catch (IOException e)
        {
            return (null, Temporary(e.Message));
        }

        (SmtpClient? client, SmtpFailure? failure) = await OpenAsync(options, ct);
        // Nobody verifies here, so a broken TLS is no better than none (RFC 7435).
        return client is null && failure!.Stage == SmtpStage.Tls && options.Tls == SmtpTlsMode.Opportunistic
            ? await OpenAsync(options with { Tls = SmtpTlsMode.Off }, ct)
            : (client, failure);
    }

    private async ValueTask<(SmtpClient? Client, SmtpFailure? Failure)> OpenAsync(SmtpClientOptions options, CancellationToken ct)
    {
        (Stream? stream, string problem) = await _dialer.ConnectAsync(_config.Host, _config.Port, ct);
        if (stream is null)
        {
            return (null, Temporary(problem));
        }

        SmtpOpening opening = await SmtpClient.OpenAsync(stream, options, _time, _logger, ct);
        return (opening.Client, opening.Failure);
    }

    private static SmtpFailure Temporary(string problem) => new(SmtpStage.Connect, IsPermanent: false, 0, new EnhancedStatus(4, 4, 1), problem);

    private TransportResult Failed(TransportJob job, RecipientOutcome?[] outcomes, SmtpFailure failure)
    {
        // What fails before MAIL says nothing about the message: our login or TLS is wrong, and somebody will mend it.
        RecipientOutcome outcome = Outcome(failure) with { Kind = OutcomeKind.Temporary };
        return new TransportResult([.. job.Recipients.Select((_, i) => outcomes[i] ?? outcome)]);
    }

    private RecipientOutcome Outcome(SmtpFailure failure) => new()
    {
        Kind = failure.IsPermanent ? OutcomeKind.Permanent : OutcomeKind.Temporary,
        Code = failure.Code,
        Status = failure.Status,
        Text = failure.Text,
        RemoteMta = failure.Code > 0 ? _config.Host : null,
    };
}
