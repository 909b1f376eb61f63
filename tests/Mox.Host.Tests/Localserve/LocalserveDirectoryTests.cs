using System.Net;
using Mox.Config;
using Mox.Host.Localserve;
using Mox.Testing;

namespace Mox.Host.Tests.Localserve;

public sealed class LocalserveDirectoryTests : IDisposable
{
    private readonly TempDirectory _parent = new();

    private string Dir => Path.Combine(_parent.Path, "new", "mox-localserve");

    [Fact]
    public void Prepare_NewDirectory_MakesPrivateFilesOnce()
    {
        MoxConfig config = Prepare(null, null);
        Assert.Equal((Path.Combine(Dir, "data"), 1025), (config.DataDirectory, config.Listeners[0].Smtp!.Port));
        string[] files = Directory.GetFiles(Path.Combine(Dir, "config"));
        Assert.Equal(["appsettings.json", "domains.json", "localhost.pem"], files.Select(Path.GetFileName).Order(StringComparer.Ordinal));
        if (!OperatingSystem.IsWindows())
        {
            foreach (string file in files)
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            }

            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Dir));
        }

        string[] before = [.. files.Select(File.ReadAllText)];
        Prepare(null, null);
        Assert.Equal(before, files.Select(File.ReadAllText));
    }

    [Fact]
    public void Prepare_OptionsOfCommandLine_GoBeforeTheFiles()
    {
        Prepare(null, 3000);
        Assert.Equal(3025, Prepare(null, null).Listeners[0].Smtp!.Port);
        ListenerConfig moved = Prepare(IPAddress.Parse("127.0.0.2"), 4000).Listeners[0];
        Assert.Equal((4025, "127.0.0.2"), (moved.Smtp!.Port, Assert.Single(moved.Addresses).ToString()));
    }

    [Fact]
    public void Prepare_AccountAddedByHand_IsThere()
    {
        Prepare(null, null);
        string file = Path.Combine(Dir, "config", "domains.json");
        File.WriteAllText(file, File.ReadAllText(file).Replace("\"Accounts\": {", "\"Accounts\": { \"anna\": { \"Destinations\": { \"anna@localhost\": {} } },", StringComparison.Ordinal));
        Assert.Contains("anna", Prepare(null, null).Accounts.Keys);
    }

    [Fact]
    public void Default_IsBelowTheUsersData()
    {
        if (Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify).Length > 0)
        {
            Assert.Equal("mox-localserve", Path.GetFileName(LocalserveDirectory.Default));
        }
    }

    private MoxConfig Prepare(IPAddress? address, int? portOffset)
    {
        using LiveConfig live = new LocalserveDirectory(Dir, TimeProvider.System).Prepare(address, portOffset);
        return live.Current;
    }

    public void Dispose() => _parent.Dispose();
}
