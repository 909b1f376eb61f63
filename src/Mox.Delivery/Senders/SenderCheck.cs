using System.Text;
using Mox.Addresses;
using Mox.EmailAuth;
using Mox.EmailAuth.Arc;
using Mox.EmailAuth.Dkim;
using Mox.EmailAuth.Dmarc;
using Mox.EmailAuth.Spf;
using Mox.Mime;
using Mox.Smtp;
using Mox.Smtp.Server;

namespace Mox.Delivery.Senders;

/// <summary>
/// The checks of one transaction. Those that need the client only begin with the first recipient, while the content comes; the others run
/// at its end, all at the same time. Each is done once, whatever the number of recipients, and ends by its deadline.
/// </summary>
internal sealed class SenderCheck : IAsyncDisposable
{
    /// <summary>How long each check may take; what is late is a temporary error, which refuses nobody's mail.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    // Above this size the body is not read on a thread that serves connections.
    private const int MaxInline = 64 * 1024;

    private readonly SenderChecks _checks;
    private readonly SpfSender _sender;
    private readonly bool _isOwnQueue;
    private readonly CancellationTokenSource _ended = new();
    private Task<SpfVerdict>? _spf;
    private Task<SpfVerdict>? _helloSpf;
    private Task<IpRevVerdict>? _ipRev;

    public SenderCheck(SenderChecks checks, SmtpPeer peer, Envelope envelope)
    {
        _checks = checks;
        _isOwnQueue = peer.IsOwnQueue;
        _sender = new SpfSender
        {
            ClientIp = peer.RemoteIp,
            Helo = peer.Hello.Domain?.Ascii ?? peer.Hello.ToString(),
            MailFrom = envelope.From.Address ?? default,
            Receiver = Domain.TryParseLax(peer.Hostname, out var receiver) ? receiver : default,
        };
    }

    /// <summary>Begins to ask about the client; again does nothing. Our own queue is no client.</summary>
    public void Begin()
    {
        if (_isOwnQueue || _spf is not null)
        {
            return;
        }

        _spf = _checks.Spf.VerifyAsync(_sender, SpfIdentity.MailFrom, _ended.Token);
        _helloSpf = _sender.MailFrom.IsEmpty ? _spf : _checks.Spf.VerifyAsync(_sender, SpfIdentity.Helo, _ended.Token);
        _ipRev = InTimeAsync(
            "iprev", ct => _checks.IpRev.VerifyAsync(_sender.ClientIp, ct), () => new IpRevVerdict { Status = IpRevStatus.TempError, Problem = Late });
    }

    /// <summary>Whether the client may send for the domain of the reverse-path: then failures can be reported, and more than one recipient is fine.</summary>
    public async Task<bool> IsReportableAsync(CancellationToken ct)
    {
        Begin();
        return _spf is null || (await _spf.WaitAsync(ct)).Result == SpfResult.Pass;
    }

    /// <summary>Checks the content, and waits for the rest.</summary>
    /// <param name="content">The finished content.</param>
    /// <exception cref="IOException">The content cannot be read.</exception>
    /// <exception cref="InvalidDataException">The header is too long.</exception>
    public async Task<SenderResults> VerifyAsync(IMailSpool content)
    {
        using var activity = DeliveryMetrics.Activities.StartActivity("delivery.authenticate");
        Begin();
        await using var stream = content.OpenStream();
        if (stream.Length > MaxInline)
        {
            content.BeginFlush();
            await Task.Yield();
        }

        var message = await AuthMessage.ReadAsync(stream, _ended.Token);
        bool isOne = MessageFrom.TryRead(message.Header, out var from, out _);
        var dkim = InTimeAsync("dkim", ct => _checks.Dkim.VerifyAsync(message, ct), () => LateDkim(message.Header));
        var arc = InTimeAsync("arc", ct => ArcAsync(content, message, ct), () => new ArcVerdict { Status = ArcStatus.TempError, Problem = Late });
        // Only so that the answer is there when it is needed.
        var policy = isOne && !_isOwnQueue ? PolicyAsync(from.Domain) : Task.CompletedTask;
        var all = Task.WhenAll(dkim, arc, policy, _spf ?? Task.CompletedTask, _helloSpf ?? Task.CompletedTask, _ipRev ?? Task.CompletedTask);
        if (!all.IsCompleted)
        {
            // The disk works while we wait for others.
            content.BeginFlush();
        }

        await all;
        var results = new SenderResults
        {
            Sender = _sender,
            IsOwnQueue = _isOwnQueue,
            Spf = _spf is null ? null : await _spf,
            HelloSpf = _helloSpf is null ? null : await _helloSpf,
            IpRev = _ipRev is null ? null : await _ipRev,
            Dkim = await dkim,
            Arc = await arc,
            From = isOne ? from : default,
            FromProblem = _isOwnQueue ? "" : DeceivingFrom.Problem(message.Header),
        };
        return _isOwnQueue ? results : results with { Dmarc = await DmarcAsync(message.Header, results) };
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_spf is { IsCompleted: false } || _helloSpf is { IsCompleted: false } || _ipRev is { IsCompleted: false })
        {
            await _ended.CancelAsync();
            await Task.WhenAll(_spf!, _helloSpf!, _ipRev!).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _ended.Dispose();
    }

    private static string Late => $"it took longer than {Deadline.TotalSeconds} s";

    private static DkimOutcome LateDkim(HeaderBlock header) => new(
        [
            .. header.All("DKIM-Signature").Take(DkimVerifier.MaxSignatures).Select(field =>
                DkimSignature.TryParse(field.Text(), out var signature, out string? problem)
                    ? new DkimVerdict { Status = DkimStatus.TempError, Signature = signature, Problem = Late }
                    : new DkimVerdict { Status = DkimStatus.PermError, Problem = problem }),
        ],
        Deadline);

    // Its own reader of the content, so that it need not wait for the signatures.
    private async Task<ArcVerdict> ArcAsync(IMailSpool content, AuthMessage message, CancellationToken ct)
    {
        if (!message.Header.Fields().Any(field => Ascii.EqualsIgnoreCase(field.NameBytes[..Math.Min(4, field.NameBytes.Length)], "ARC-")))
        {
            return await _checks.Arc.VerifyAsync(message, ct);
        }

        await using var stream = content.OpenStream();
        return await _checks.Arc.VerifyAsync(await AuthMessage.ReadAsync(stream, ct), ct);
    }

    private Task<DmarcFound> PolicyAsync(Domain domain) => InTimeAsync(
        "dmarc",
        async ct => await _checks.Policies.FindAsync(domain, ct),
        () => new DmarcFound { Status = DmarcStatus.TempError, OrganizationalDomain = domain });

    private Task<DmarcVerdict> DmarcAsync(HeaderBlock header, SenderResults results) => InTimeAsync(
        "dmarc",
        ct => _checks.Dmarc.VerifyAsync(header, results.Spf!, results.Dkim, ct),
        () => new DmarcVerdict { Status = DmarcStatus.TempError, FromDomain = results.From.Domain, Problem = Late });

    private async Task<T> InTimeAsync<T>(string check, Func<CancellationToken, Task<T>> run, Func<T> late)
    {
        using var timer = new CancellationTokenSource(Deadline, _checks.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_ended.Token, timer.Token);
        try
        {
            return await run(either.Token);
        }
        catch (OperationCanceledException) when (!_ended.IsCancellationRequested)
        {
            _checks.Metrics.CheckTimedOut(check);
            return late();
        }
    }
}
