using Mox.Host.Cli;
using Mox.Testing;

namespace Mox.Host.Tests.Cli;

public class CommandLineTests
{
    [Theory]
    [InlineData("localserve")]
    [InlineData("verifydata")]
    [InlineData("version")]
    [InlineData("help")]
    public async Task Help_OfCommand_IsThatOfItsOption(string command)
    {
        (int code, string output, string error) = await RunAsync(command, "--help");
        Assert.Equal((0, ""), (code, error));
        Assert.Equal(output, (await RunAsync("help", command)).Output);
    }

    [Fact]
    public async Task Help_OfEachCommandAndVerb_HasAnExample()
    {
        int verbs = 0;
        var open = new Stack<(string[] Words, System.CommandLine.Command Command)>(MoxCommandLine.Commands.Select(command => ((string[])[command.Name], command)));
        while (open.TryPop(out (string[] Words, System.CommandLine.Command Command) next))
        {
            (int code, string output, string error) = await RunAsync([.. next.Words, "--help"]);
            Assert.Equal((0, ""), (code, error));
            Assert.Contains("Example:", output, StringComparison.Ordinal);
            Assert.Contains($"  mox {string.Join(' ', next.Words)}", output, StringComparison.Ordinal);
            verbs++;
            foreach (System.CommandLine.Command verb in next.Command.Subcommands)
            {
                open.Push(([.. next.Words, verb.Name], verb));
            }
        }

        Assert.True(verbs > 40);
    }

    [Fact]
    public async Task Help_OfLocalserve_NamesItsOptions()
    {
        string output = (await RunAsync("localserve", "--help")).Output;
        foreach (string option in (string[])["--dir <DIR>", "--ip <IP>", "--port-offset <N>", "--no-limits", "--pedantic", "--log-level", "--log-format"])
        {
            Assert.Contains(option, output, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("--id")]
    [InlineData("--message")]
    public async Task Number_ThatIsNone_IsNamedWithoutTypes(string option)
    {
        (int code, _, string error) = await RunAsync("queue", "drop", option, "abc");
        Assert.Equal(2, code);
        Assert.Contains("'abc'", error, StringComparison.Ordinal);
        Assert.Contains(option, error, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoArguments_GiveTheCommands()
    {
        (int code, string output, _) = await RunAsync();
        Assert.Equal(0, code);
        Assert.Contains("localserve", output, StringComparison.Ordinal);
        Assert.Contains("verifydata", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version_IsThatOfTheBuild()
    {
        (int code, string output, _) = await RunAsync("version");
        Assert.Equal(0, code);
        Assert.StartsWith("mox 0.1.0 (.NET 10.", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Command_Unknown_IsNamed()
    {
        (_, _, string error) = await RunAsync("nonsense");
        Assert.Contains("'nonsense'", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("localserve --nonsense")]
    [InlineData("localserve --ip nonsense")]
    [InlineData("localserve --ip 1")]
    [InlineData("localserve --port-offset nonsense")]
    [InlineData("localserve --port-offset -1")]
    [InlineData("localserve --port-offset 64543")]
    [InlineData("localserve --log-level Loud")]
    [InlineData("verifydata")]
    [InlineData("loglevels")]
    [InlineData("loglevels set")]
    [InlineData("loglevels nonsense")]
    [InlineData("stop now")]
    public async Task Arguments_Wrong_SayWhatAndFail(string arguments)
    {
        (int code, string output, string error) = await RunAsync(arguments.Split(' '));
        Assert.Equal((2, ""), (code, output));
        Assert.StartsWith("mox: ", error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Localserve_BadJson_IsOneLineWithPlace()
    {
        using var directory = new TempDirectory();
        Directory.CreateDirectory(Path.Combine(directory.Path, "config"));
        string file = Path.Combine(directory.Path, "config", "domains.json");
        await File.WriteAllTextAsync(file, "{\n  \"Domains\": oops\n}\n");
        (int code, _, string error) = await RunAsync("localserve", "--dir", directory.Path);
        Assert.Equal(1, code);
        Assert.StartsWith($"mox: {file}(2,14): not valid JSON: ", error, StringComparison.Ordinal);
        Assert.Equal(1, error.Count(c => c == '\n'));
    }

    [Fact]
    public async Task Localserve_DirectoryThatIsAFile_IsOneLine()
    {
        using var directory = new TempDirectory();
        string file = Path.Combine(directory.Path, "file");
        await File.WriteAllTextAsync(file, "");
        (int code, _, string error) = await RunAsync("localserve", "--dir", file);
        Assert.Equal(1, code);
        Assert.StartsWith($"mox: cannot write in {file}: ", error, StringComparison.Ordinal);
        Assert.EndsWith("--dir DIR" + Environment.NewLine, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OperatorCommand_WithoutConfig_SaysHowToNameIt()
    {
        (int code, _, string error) = await RunAsync("stop");
        Assert.Equal((1, $"mox: name the configuration directory: --config DIR, or the environment variable MOX_CONFIG{Environment.NewLine}"), (code, error));
    }

    [Fact]
    public async Task OperatorCommand_ConfigThatIsNotThere_IsOneLine()
    {
        using var directory = new TempDirectory();
        (int code, _, string error) = await RunAsync("stop", "--config", directory.Path);
        Assert.Equal(1, code);
        Assert.StartsWith($"mox: {directory["appsettings.json"]}: there is no such file: ", error, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        int code = await MoxCommandLine.RunAsync(arguments, output, error);
        return (code, output.ToString(), error.ToString());
    }
}
