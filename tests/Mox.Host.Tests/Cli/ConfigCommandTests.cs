using System.Text;
using System.Text.Json;
using Mox.Config;
using Mox.Config.Description;
using Mox.EmailAuth.Dkim;
using Mox.Host.Cli;
using Mox.Testing;

namespace Mox.Host.Tests.Cli;

public sealed class ConfigCommandTests : IDisposable
{
    private readonly TempDirectory _parent = new();

    private string Dir => _parent["config"];

    [Fact]
    public async Task Example_Written_IsPrivateAndGood()
    {
        (int code, string output, _) = await RunAsync("config", "example", Dir);
        Assert.Equal(0, code);
        Assert.Contains($"mox serve --config {Dir}", output, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            foreach (string file in Directory.GetFiles(Dir))
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            }

            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Dir));
        }

        (code, output, _) = await RunAsync("config", "test", "--config", Dir);
        Assert.Equal((0, $"{Dir}: good: 2 listeners, 1 domain, 1 account\n"), (code, output.ReplaceLineEndings("\n")));
        (code, output, _) = await RunAsync("config", "test", "--json", "--config", Dir);
        Assert.Equal((0, "[]"), (code, output.Trim()));
    }

    // What it offers to those who take the comment signs away.
    [Fact]
    public async Task Example_CommentedOptions_AreRightToo()
    {
        await RunAsync("config", "example", Dir);
        foreach (string file in (string[])[ConfigLoader.StaticFileName, ConfigLoader.DomainsFileName])
        {
            string path = Path.Combine(Dir, file);
            string[] lines = await File.ReadAllLinesAsync(path);
            string[] opened = [.. lines.Select(line => line.TrimStart() is ['/', '/', ' ', '"' or '{' or '}' or ']' or ' ', ..] ? line.Replace("// ", "", StringComparison.Ordinal) : line)];
            Assert.NotEqual(lines, opened);
            await File.WriteAllLinesAsync(path, opened);
        }

        (int code, string output, _) = await RunAsync("config", "test", "--config", Dir);
        Assert.Equal(1, code);
        Assert.Contains("relay.password: create it", output, StringComparison.Ordinal);
        PrivateFiles.Write(Path.Combine(Dir, "relay.password"), "secret\n"u8);
        Assert.Contains("2026a._domainkey.example.org.pem: create it", output, StringComparison.Ordinal);
        PrivateFiles.CreateDirectory(Path.Combine(Dir, "dkim"));
        using DkimPrivateKey key = DkimPrivateKey.Generate(DkimAlgorithm.Rsa);
        PrivateFiles.Write(Path.Combine(Dir, "dkim", "2026a._domainkey.example.org.pem"), Encoding.ASCII.GetBytes(key.ToPem()));
        (code, output, _) = await RunAsync("config", "test", "--config", Dir);
        Assert.True(code == 0, output);
    }

    [Fact]
    public async Task Example_DirectoryWithAConfiguration_IsLeftAlone()
    {
        await RunAsync("config", "example", Dir);
        (int code, _, string error) = await RunAsync("config", "example", Dir);
        Assert.Equal((1, $"mox: {Path.Combine(Dir, "appsettings.json")} is there already: name another directory\n"), (code, error.ReplaceLineEndings("\n")));
    }

    [Fact]
    public async Task Test_ManyProblems_AreAllPrintedWithPlaces()
    {
        await RunAsync("config", "example", Dir);
        Change(ConfigLoader.StaticFileName, "\"Port\": 2525", "\"Prot\": 2525");
        Change(ConfigLoader.StaticFileName, "\"KeyFile\": \"localhost.pem\"", "\"KeyFile\": \"other.pem\"");
        Change(ConfigLoader.DomainsFileName, "\"alice@example.org\": {}", "\"alice@example.org\": { \"Mailbox\": 7 }");
        (int code, string output, _) = await RunAsync("config", "test", "--config", Dir);
        Assert.Equal(1, code);
        string[] lines = output.Trim().Split(Environment.NewLine);
        Assert.Equal(4, lines.Length);
        Assert.Contains("other.pem: create it, or correct the path", lines[0], StringComparison.Ordinal);
        Assert.Contains("did you mean Port?", lines[1], StringComparison.Ordinal);
        Assert.Matches(@"domains\.json\(\d+,\d+\): Accounts:alice:Destinations:alice@example\.org:Mailbox: is a number, not a text", lines[2]);
        Assert.Equal($"{Dir}: 3 problems", lines[3]);
        (code, output, _) = await RunAsync("config", "test", "--json", "--config", Dir);
        Assert.Equal(1, code);
        Assert.Equal("did you mean Port?", JsonDocument.Parse(output).RootElement[1].GetProperty("whatToDo").GetString());
    }

    [Fact]
    public async Task Test_SecretOpenToOthers_SaysChmod()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        await RunAsync("config", "example", Dir);
        File.SetUnixFileMode(Path.Combine(Dir, "localhost.pem"), UnixFileMode.UserRead | UnixFileMode.GroupRead);
        (int code, string output, _) = await RunAsync("config", "test", "--config", Dir);
        Assert.Equal(1, code);
        Assert.Contains("localhost.pem can be read by other users: chmod 600 it", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Test_KeyOfAnotherCertificate_IsAProblem()
    {
        await RunAsync("config", "example", Dir);
        await RunAsync("config", "example", _parent["other"]);
        File.Move(_parent["other", "localhost.pem"], Path.Combine(Dir, "other.pem"));
        Change(ConfigLoader.StaticFileName, "\"KeyFile\": \"localhost.pem\"", "\"KeyFile\": \"other.pem\"");
        (int code, string output, _) = await RunAsync("config", "test", "--config", Dir);
        Assert.Equal(1, code);
        Assert.Contains("does not belong to the certificate", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Describe_PrintsTheTemplate()
    {
        Assert.Equal((0, ConfigDescription.Template), await OutputAsync("config", "describe"));
        Assert.Equal((0, ConfigDescription.StaticTemplate), await OutputAsync("config", "describe", "appsettings.json"));
        Assert.Equal((0, ConfigDescription.DomainsTemplate), await OutputAsync("config", "describe", "domains.json"));
        (int code, string output) = await OutputAsync("config", "describe", "--json", "domains.json");
        Assert.Equal(0, code);
        Assert.Contains(
            JsonDocument.Parse(output).RootElement.EnumerateArray(),
            option => option.GetProperty("path").GetString() == "Accounts:NAME:QuotaBytes" && option.GetProperty("default").GetString() == "0");
        Assert.Equal(1, (await OutputAsync("config", "describe", "mox.conf")).Code);
    }

    public void Dispose() => _parent.Dispose();

    private void Change(string file, string from, string to)
    {
        string path = Path.Combine(Dir, file);
        string text = File.ReadAllText(path);
        Assert.Contains(from, text, StringComparison.Ordinal);
        File.WriteAllText(path, text.Replace(from, to, StringComparison.Ordinal));
    }

    private static async Task<(int Code, string Output)> OutputAsync(params string[] arguments)
    {
        (int code, string output, _) = await RunAsync(arguments);
        return (code, output);
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = await MoxCommandLine.RunAsync(arguments, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
