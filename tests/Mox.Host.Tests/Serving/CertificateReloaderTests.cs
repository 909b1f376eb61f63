using System.Net;
using System.Text;
using Microsoft.Extensions.Logging;
using Mox.Addresses;
using Mox.Config;
using Mox.Host.Serving;
using Mox.Net.Tls;
using Mox.Testing;

namespace Mox.Host.Tests.Serving;

public sealed class CertificateReloaderTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly ManualTimeProvider _time = new(DateTimeOffset.UnixEpoch.AddYears(57));
    private readonly RecordingLogger<CertificateReloader> _log = new();
    private readonly CertificateReloader _reloader;

    public CertificateReloaderTests() => _reloader = new CertificateReloader(_time, _log);

    private string Pem => _directory["both.pem"];

    [Fact]
    public async Task Files_Changed_AreTakenOnceTheyAreDone()
    {
        ServerCertificates certificates = await FollowAsync("one.example");
        await LookAsync(2);
        Write("two.example");
        await LookAsync(1);
        Assert.NotNull(certificates.Find("one.example"));
        await LookAsync(1);
        Assert.NotNull(certificates.Find("two.example"));
        Assert.Null(certificates.Find("one.example"));
        await LookAsync(5);
        Assert.Contains("listener=x names=two.example", Assert.Single(_log.Entries).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Remaining_IsTheTimeToTheEnd_ByListener()
    {
        Assert.Empty(_reloader.Remaining());
        ServerCertificates certificates = await FollowAsync("one.example");
        TimeSpan left = certificates.Default.Leaf.NotAfter.ToUniversalTime() - _time.GetUtcNow().UtcDateTime;
        Assert.Equal([("x", left)], _reloader.Remaining());
        _time.Advance(left + TimeSpan.FromHours(1));
        Assert.Equal([("x", TimeSpan.FromHours(-1))], _reloader.Remaining());
    }

    [Theory]
    [InlineData("not PEM", false)]
    [InlineData(null, false)]
    [InlineData("", true)]
    public async Task Files_ThatCannotBeUsed_KeepTheOldOnesAndSaySoOnce(string? content, bool isOpen)
    {
        ServerCertificates certificates = await FollowAsync("one.example");
        if (content is null)
        {
            File.Delete(Pem);
        }
        else if (isOpen && !OperatingSystem.IsWindows())
        {
            Write("two.example");
            File.SetUnixFileMode(Pem, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        }
        else
        {
            PrivateFiles.Write(Pem, Encoding.ASCII.GetBytes(content));
        }

        await LookAsync(5);
        Assert.NotNull(certificates.Find("one.example"));
        LogEntry entry = Assert.Single(_log.Entries);
        Assert.Equal(LogLevel.Error, entry.Level);
        Assert.Contains(Pem, entry.Message, StringComparison.Ordinal);
        Write("three.example");
        await LookAsync(2);
        Assert.NotNull(certificates.Find("three.example"));
    }

    [Fact]
    public async Task Reload_WhenAsked_TakesThemAtOnce()
    {
        ServerCertificates certificates = await FollowAsync("one.example");
        Write("two.example");
        Assert.Empty(await _reloader.ReloadAsync(default));
        Assert.NotNull(certificates.Find("two.example"));
        PrivateFiles.Write(Pem, "junk"u8);
        Assert.Contains(Pem, Assert.Single(await _reloader.ReloadAsync(default)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Expiry_Near_WarnsOnceADay()
    {
        await FollowAsync("one.example", TimeSpan.FromDays(16));
        await LookAsync(3);
        Assert.Empty(_log.Entries);
        _time.Advance(TimeSpan.FromDays(2));
        await LookAsync(3);
        Assert.Contains("expires soon", Assert.Single(_log.Entries).Message, StringComparison.Ordinal);
        Assert.Contains("days=14", _log.Entries[0].Message, StringComparison.Ordinal);
        _time.Advance(TimeSpan.FromDays(1));
        await LookAsync(3);
        Assert.Equal(2, _log.Entries.Count);
        _time.Advance(TimeSpan.FromDays(14));
        await LookAsync(1);
        Assert.Contains("has expired", _log.Entries[2].Message, StringComparison.Ordinal);
        Assert.All(_log.Entries, entry => Assert.Equal(LogLevel.Warning, entry.Level));
        Write("one.example");
        await LookAsync(5);
        Assert.Equal(4, _log.Entries.Count);
    }

    [Fact]
    public async Task Service_Running_LooksByItself()
    {
        ServerCertificates certificates = await FollowAsync("one.example");
        await _reloader.StartAsync(default);
        Write("two.example");
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (certificates.Find("two.example") is null)
        {
            _time.Advance(CertificateReloader.Interval);
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, patience.Token);
        }

        await _reloader.StopAsync(default);
    }

    public void Dispose()
    {
        _reloader.Dispose();
        _directory.Dispose();
    }

    private async Task LookAsync(int times)
    {
        for (int i = 0; i < times; i++)
        {
            await _reloader.LookAsync(default);
        }
    }

    private async Task<ServerCertificates> FollowAsync(string name, TimeSpan? lifetime = null)
    {
        Write(name, lifetime);
        var listener = new ListenerConfig
        {
            Name = "x",
            Addresses = [IPAddress.Loopback],
            Hostname = Domain.Parse("localhost"),
            Tls = new TlsConfig { Certificates = [new CertificateConfig(Pem, Pem)] },
        };
        ServerCertificates certificates = (await Certificates.LoadAsync(listener, default))!;
        _reloader.Follow(listener, certificates);
        return certificates;
    }

    private void Write(string name, TimeSpan? lifetime = null)
    {
        using var certificate = SelfSigned.Create(_time, [name], lifetime: lifetime);
        PrivateFiles.Write(Pem, Encoding.ASCII.GetBytes(SelfSigned.ToPem(certificate)));
    }
}
