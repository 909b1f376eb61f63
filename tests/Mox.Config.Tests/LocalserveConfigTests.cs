using System.Net;

namespace Mox.Config.Tests;

public class LocalserveConfigTests
{
    [Theory]
    [InlineData(null, 1000, 1025)]
    [InlineData("::1", 0, 25)]
    [InlineData("127.0.0.2", LocalserveConfig.MaxPortOffset, 64567)]
    public void Localserve_Created_IsValid(string? address, int offset, int smtpPort)
    {
        MoxConfig config = LocalserveConfig.Create("/tmp/x", address is null ? null : IPAddress.Parse(address), offset);
        Assert.Equal(("/tmp/x/data", smtpPort), (config.DataDirectory, config.Listeners[0].Smtp!.Port));
        Assert.Equal("mox", new AddressResolver(config).ResolveLogin(Configs.Address(LocalserveConfig.Login))?.Account.Name);
        Assert.Empty(ConfigLoader.Validate(config));
    }

    [Theory]
    [InlineData(null, null, true)]
    [InlineData("::1", null, true)]
    [InlineData("192.0.2.1", null, false)]
    [InlineData(null, "192.0.2.1", false)]
    [InlineData(null, "127.0.0.2", true)]
    public void Localserve_PlaintextLogin_OnlyWhereNobodyListensIn(string? created, string? moved, bool isAllowed)
    {
        MoxConfig config = LocalserveConfig.Create("/tmp/x", created is null ? null : IPAddress.Parse(created));
        config = LocalserveConfig.Move(config, moved is null ? null : IPAddress.Parse(moved), null);
        Assert.Equal(isAllowed, config.Listeners[0].Imap!.AllowPlaintextLogin);
        Assert.Equal(isAllowed, config.Listeners[0].Submission!.AllowPlaintextLogin);
        Assert.Equal((1587, 1465), (config.Listeners[0].Submission!.Port, config.Listeners[0].Submissions!.Port));
    }

    [Theory]
    [InlineData(null, "192.0.2.1", "127.0.0.1 ::1")]
    [InlineData("192.0.2.1", null, "127.0.0.1")]
    [InlineData("192.0.2.1", "127.0.0.3", "127.0.0.3")]
    [InlineData("::1", null, "::1")]
    public void Localserve_Metrics_AreForThisMachineOnly(string? created, string? moved, string addresses)
    {
        MoxConfig config = LocalserveConfig.Create("/tmp/x", created is null ? null : IPAddress.Parse(created));
        config = LocalserveConfig.Move(config, moved is null ? null : IPAddress.Parse(moved), 2000);
        ListenerConfig listener = config.Listeners.Single(listener => listener.Metrics is not null);
        Assert.Equal((addresses, 2081), (string.Join(' ', listener.Addresses), listener.Metrics!.Port));
    }

    [Fact]
    public void Localserve_Moved_HasOtherPortsAndAddress()
    {
        MoxConfig moved = LocalserveConfig.Move(LocalserveConfig.Create("/tmp/x"), IPAddress.Parse("127.0.0.3"), 2000);
        ListenerConfig listener = moved.Listeners[0];
        Assert.Equal((2025, 2143, 2993), (listener.Smtp!.Port, listener.Imap!.Port, listener.Imaps!.Port));
        Assert.Equal("127.0.0.3", Assert.Single(listener.Addresses).ToString());
        ListenerConfig same = LocalserveConfig.Move(moved, null, null).Listeners[0];
        Assert.Equal((2025, 2993), (same.Smtp!.Port, same.Imaps!.Port));
    }
}
