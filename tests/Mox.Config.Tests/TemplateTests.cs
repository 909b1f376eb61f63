using System.Net;
using System.Text;

namespace Mox.Config.Tests;

public class TemplateTests
{
    [Fact]
    public void Template_OfRepository_LoadsAndSaysTheDefaults()
    {
        (string statics, string domains) = Template();
        MoxConfig config = Configs.Parse(statics, domains);
        Assert.Equal(new LogConfig(), config.Log);
        Assert.Equal(new LimitsConfig(), config.Limits);
        Assert.Equal(new InitialMailboxesConfig().ToString(), config.InitialMailboxes.ToString());
        ListenerConfig listener = Assert.Single(config.Listeners);
        Assert.Equal((new SmtpListenerConfig(), new ImapListenerConfig(), new ImapsListenerConfig()), (listener.Smtp!, listener.Imap!, listener.Imaps!));
        Assert.Equal(ListenerConfig.DefaultMaxMessageBytes, listener.MaxMessageBytes);
        Assert.IsType<Resolution.ToAlias>(new AddressResolver(config).Resolve(Configs.Address("sales@example.org").LocalPart, Configs.Address("x@example.org").Domain));
    }

    [Fact]
    public void Template_HasEveryOption()
    {
        (string statics, string domains) = Template();
        Type[] types =
        [
            typeof(MoxConfig), typeof(LogConfig), typeof(LimitsConfig), typeof(ListenerConfig), typeof(TlsConfig), typeof(CertificateConfig),
            typeof(SmtpListenerConfig), typeof(ImapListenerConfig), typeof(ImapsListenerConfig), typeof(PostmasterConfig),
            typeof(InitialMailboxesConfig), typeof(DomainConfig), typeof(AliasConfig), typeof(AccountConfig), typeof(DestinationConfig),
        ];
        // Keys of the files, not names of options.
        string[] keys = ["Name", "Address", "LocalPart", "Domain", "EqualityContract"];
        foreach (string option in types.SelectMany(type => type.GetProperties()).Select(property => property.Name).Except(keys))
        {
            Assert.Contains($"\"{option}\"", statics + domains, StringComparison.Ordinal);
        }
    }

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

    // domains.json is in the comment at the end.
    private static (string Static, string Domains) Template()
    {
        string directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "MoxNet.sln")))
        {
            directory = Path.GetDirectoryName(directory)!;
        }

        string[] lines = File.ReadAllLines(Path.Combine(directory, "appsettings.json"), Encoding.UTF8);
        int at = Array.FindIndex(lines, line => line.StartsWith("// domains.json", StringComparison.Ordinal));
        Assert.True(at > 0);
        IEnumerable<string> comment = lines.Skip(at + 1).Select(line => line.Length > 3 ? line[3..] : "");
        return (string.Join('\n', lines), string.Join('\n', comment).Replace("// \"LoginDisabled\"", "\"LoginDisabled\"", StringComparison.Ordinal));
    }
}
