namespace Mox.InteropTests;

[Collection(SharedServer.Name)]
public sealed class Fail2BanTests(MoxServer server)
{
    private const string CommonFilter = "/etc/fail2ban/filter.d/common.conf";

    [InteropFact("fail2ban-regex", "curl")]
    public async Task FailedLogins_InTheLog_AreFoundByFail2Ban()
    {
        string filters = Directory.CreateDirectory(Path.Combine(server.Folder, "filter.d")).FullName;
        File.Copy(CommonFilter, Path.Combine(filters, "common.conf"), overwrite: true);
        string filter = Path.Combine(filters, "mox.conf");
        File.Copy(Repository("deploy", "fail2ban", "filter.d", "mox.conf"), filter, overwrite: true);
        string log = Path.Combine(server.Folder, "mox.log");
        string[] logins = ["mox@localhost", "nobody@localhost", "x remote=192.0.2.1 t=2026-01-02T03:04:05.678Z", "x\" account=a protocol=imap mechanism=login remote=192.0.2.1 "];
        int before = Failures();
        foreach (string login in logins)
        {
            // 67: login denied.
            (await Programs.RunAsync("curl", "-s", "-k", $"imaps://127.0.0.1:{server.Imaps}", "-u", $"{login}:wrong")).Expect(67);
            (await Programs.RunAsync("curl", "-s", "-k", $"smtps://127.0.0.1:{server.Submissions}/{login.Length}.example", "-u", $"{login}:wrong")).Expect(67);
        }

        int failures = 2 * logins.Length;
        await WaitAsync(() => Failures() == before + failures);
        Assert.Contains("protocol=submission", server.Log, StringComparison.Ordinal);
        await File.WriteAllTextAsync(log, server.Log + "\n");
        ProgramResult found = (await Programs.RunAsync("fail2ban-regex", "-o", "ip", log, filter)).Expect(0);
        string[] hosts = found.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(before + failures, hosts.Length);
        Assert.All(hosts, host => Assert.Equal("127.0.0.1", host));
    }

    private int Failures() => server.Log.Split('\n').Count(line => line.StartsWith("l=info m=\"failed authentication attempt\"", StringComparison.Ordinal));

    // The log comes by a pipe of its own.
    private static async Task WaitAsync(Func<bool> isSo)
    {
        for (int i = 0; i < 200 && !isSo(); i++)
        {
            await Task.Delay(25);
        }
    }

    private static string Repository(params string[] path)
    {
        string? directory = AppContext.BaseDirectory;
        while (directory is not null && !File.Exists(Path.Combine(directory, "MoxNet.sln")))
        {
            directory = Path.GetDirectoryName(directory);
        }

        return Path.Combine([directory!, .. path]);
    }
}
