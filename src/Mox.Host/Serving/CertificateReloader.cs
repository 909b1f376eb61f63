using System.Globalization;
using Mox.Config;
using Mox.Net.Tls;

namespace Mox.Host.Serving;

/// <summary>Takes certificates again when their files change, and warns of those that expire. New ones that cannot be used leave the old in place.</summary>
internal sealed partial class CertificateReloader(TimeProvider time, ILogger<CertificateReloader> logger) : BackgroundService
{
    /// <summary>How often the files are looked at.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan WarnBefore = TimeSpan.FromDays(14);
    private static readonly TimeSpan BetweenWarnings = TimeSpan.FromDays(1);

    private readonly List<Followed> _followed = [];
    private readonly SemaphoreSlim _gate = new(1);
    private DateTimeOffset _nextWarning = DateTimeOffset.MinValue;

    /// <summary>Keeps these as the files of the listener are; before the start.</summary>
    public void Follow(ListenerConfig listener, ServerCertificates? certificates)
    {
        if (certificates is not null && listener.Tls is { } tls)
        {
            string[] files = [.. tls.Certificates.SelectMany(pair => (string[])[pair.CertificateFile, pair.KeyFile]).Distinct()];
            _followed.Add(new Followed(listener, certificates, new FileWatch(files)));
        }
    }

    /// <summary>Takes all again now; what cannot be used, and why.</summary>
    public async Task<IReadOnlyList<string>> ReloadAsync(CancellationToken ct)
    {
        var problems = new List<string>();
        await _gate.WaitAsync(ct);
        try
        {
            foreach (Followed one in _followed)
            {
                one.Watch.Take();
                if (await ReloadAsync(one, ct) is { } problem)
                {
                    problems.Add(problem);
                }
            }
        }
        finally
        {
            _gate.Release();
        }

        return problems;
    }

    /// <summary>How long the certificates of each listener are good: of several, the one that ends first.</summary>
    public IEnumerable<(string Listener, TimeSpan Remaining)> Remaining()
    {
        DateTimeOffset now = time.GetUtcNow();
        return _followed.Select(one => (one.Listener.Name, one.Current.All.Min(certificate => certificate.Leaf.NotAfter.ToUniversalTime()) - now.UtcDateTime));
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        base.Dispose();
        _gate.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            do
            {
                await LookAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    /// <summary>Takes what has changed since the last look but one, and warns once a day.</summary>
    internal async Task LookAsync(CancellationToken ct)
    {
        await _gate.WaitAsync(ct);
        try
        {
            foreach (Followed one in _followed.Where(one => one.Watch.HasChanged()))
            {
                await ReloadAsync(one, ct);
            }

            DateTimeOffset now = time.GetUtcNow();
            if (now >= _nextWarning)
            {
                _nextWarning = now + BetweenWarnings;
                WarnOfExpiry(now);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<string?> ReloadAsync(Followed one, CancellationToken ct)
    {
        try
        {
            ServerCertificates? loaded = await Certificates.LoadAsync(one.Listener, ct);
            one.Current.Replace(loaded!.All);
            ServerCertificate first = one.Current.Default;
            (string names, string expires) = (string.Join(',', first.Names), Day(first.Leaf.NotAfter));
            LogReloaded(logger, one.Listener.Name, names, expires);
            _nextWarning = DateTimeOffset.MinValue;
            return null;
        }
        catch (UserErrorException e)
        {
            LogNotReloaded(logger, one.Listener.Name, e.Message);
            return e.Message;
        }
    }

    private void WarnOfExpiry(DateTimeOffset now)
    {
        IEnumerable<(string Thumbprint, ServerCertificate Certificate)> all =
            _followed.SelectMany(one => one.Current.All).Select(certificate => (certificate.Leaf.Thumbprint, certificate)).DistinctBy(pair => pair.Thumbprint);
        foreach ((_, ServerCertificate certificate) in all)
        {
            DateTimeOffset end = certificate.Leaf.NotAfter.ToUniversalTime();
            (string names, string day) = (string.Join(',', certificate.Names), Day(end));
            if (end <= now)
            {
                LogExpired(logger, names, day);
            }
            else if (end - now <= WarnBefore)
            {
                int days = (int)Math.Ceiling((end - now).TotalDays);
                LogExpires(logger, names, day, days);
            }
        }
    }

    private static string Day(DateTimeOffset at) => at.ToUniversalTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    [LoggerMessage(Level = LogLevel.Information, Message = "certificates reloaded listener={Listener} names={Names} expires={Expires}")]
    private static partial void LogReloaded(ILogger logger, string listener, string names, string expires);

    [LoggerMessage(Level = LogLevel.Error, Message = "certificates not reloaded, the old ones go on listener={Listener} problem={Problem}")]
    private static partial void LogNotReloaded(ILogger logger, string listener, string problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "certificate expires soon: renew it names={Names} expires={Expires} days={Days}")]
    private static partial void LogExpires(ILogger logger, string names, string expires, int days);

    [LoggerMessage(Level = LogLevel.Warning, Message = "certificate has expired: renew it names={Names} expired={Expired}")]
    private static partial void LogExpired(ILogger logger, string names, string expired);

    private sealed record Followed(ListenerConfig Listener, ServerCertificates Current, FileWatch Watch);
}
