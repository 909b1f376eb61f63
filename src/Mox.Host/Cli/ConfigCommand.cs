using System.CommandLine;
using System.Net;
using System.Text;
using Mox.Config;
using Mox.Config.Description;
using Mox.Host.Serving;
using Mox.Net.Tls;

namespace Mox.Host.Cli;

/// <summary><c>mox config</c>: looks at configurations, and writes one to begin with.</summary>
internal static class ConfigCommand
{
    private static readonly Argument<string?> File = new("FILE")
    {
        Description = $"{ConfigLoader.StaticFileName} or {ConfigLoader.DomainsFileName}. Default: both.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Argument<string> Directory = new("DIR") { Description = "Made when missing; it must not have a configuration." };

    public static Command Create() => OperatorCommand.Noun(
        "config",
        """
        Check a configuration, explain its options, or write an example.

        Example:
          mox config test --config /etc/mox
        """,
        Test(),
        Describe(),
        Example());

    private static Command Test() => OperatorCommand.Create(
        "test",
        """
        Check both files of a configuration directory and the files that they name. Prints every problem, with its place and what to do,
        and ends with exit code 1 when there is one.

        Example:
          mox config test --config /etc/mox
        """,
        TestAsync);

    private static Command Describe()
    {
        var command = new Command("describe", """
            Print a template with every option of the configuration, its comment, default and unit.

            Example:
              mox config describe domains.json
            """) { File, OperatorCommand.Json };
        command.SetAction(parsed => Describe(parsed.GetValue(File), parsed.GetValue(OperatorCommand.Json), parsed.InvocationConfiguration.Output));
        return command;
    }

    private static Command Example()
    {
        var command = new Command("example", """
            Write a commented configuration that runs as it is, on high ports of this machine, with a certificate that it signs itself.

            Example:
              mox config example /etc/mox
            """) { Directory };
        command.SetAction(parsed => WriteExample(Path.GetFullPath(parsed.GetRequiredValue(Directory)), parsed.InvocationConfiguration.Output));
        return command;
    }

    private static async Task<int> TestAsync(OperatorContext context, CancellationToken ct)
    {
        List<ConfigProblem> problems = [];
        MoxConfig? config = null;
        try
        {
            using LiveConfig live = ConfigDirectory.Open(context.ConfigDirectory, TimeProvider.System);
            config = live.Current;
            problems.AddRange(FilePermissions.Open(live));
            problems.AddRange(await CertificateProblemsAsync(config, Path.Combine(context.ConfigDirectory, ConfigLoader.StaticFileName), ct));
        }
        catch (ConfigException e)
        {
            problems.AddRange(e.Problems);
        }

        ConfigProblem[] found = [.. problems];
        context.Print(found, ConfigJson.Default.ConfigProblemArray, output =>
        {
            foreach (ConfigProblem problem in found)
            {
                output.WriteLine(problem);
            }

            output.WriteLine(found.Length > 0
                ? $"{context.ConfigDirectory}: {Counted(found.Length, "problem")}"
                : $"{context.ConfigDirectory}: good: {Counted(config!.Listeners.Length, "listener")}, {Counted(config.Domains.Count, "domain")}, {Counted(config.Accounts.Count, "account")}");
        });
        return found.Length == 0 ? 0 : 1;
    }

    private static string Counted(int count, string noun) => $"{count} {noun}{(count == 1 ? "" : "s")}";

    // That they are there and private is known by now; whether key and certificate fit, only loading them tells.
    private static async Task<IReadOnlyList<ConfigProblem>> CertificateProblemsAsync(MoxConfig config, string file, CancellationToken ct)
    {
        var problems = new List<ConfigProblem>();
        foreach (ListenerConfig listener in config.Listeners)
        {
            try
            {
                await Certificates.LoadAsync(listener, ct);
            }
            catch (UserErrorException e)
            {
                problems.Add(new ConfigProblem(file, $"Mox:Listeners:{listener.Name}:Tls:Certificates", 0, 0, e.Message, "see mox config describe"));
            }
        }

        return problems;
    }

    private static int Describe(string? file, bool json, TextWriter output)
    {
        if (file is not (null or ConfigLoader.StaticFileName or ConfigLoader.DomainsFileName))
        {
            throw new UserErrorException($"there is no file \"{file}\" in a configuration: name {ConfigLoader.StaticFileName} or {ConfigLoader.DomainsFileName}");
        }

        if (json)
        {
            ConfigOption[] options = [.. ConfigDescription.Options.Where(option => file is null || option.File == file)];
            output.WriteLine(System.Text.Json.JsonSerializer.Serialize(options, ConfigJson.Default.ConfigOptionArray));
            return 0;
        }

        output.Write(file switch
        {
            ConfigLoader.StaticFileName => ConfigDescription.StaticTemplate,
            ConfigLoader.DomainsFileName => ConfigDescription.DomainsTemplate,
            _ => ConfigDescription.Template,
        });
        return 0;
    }

    private static int WriteExample(string directory, TextWriter output)
    {
        string[] files = [ConfigLoader.StaticFileName, ConfigLoader.DomainsFileName, ExampleConfig.CertificateFileName];
        if (files.Select(file => Path.Combine(directory, file)).FirstOrDefault(Path.Exists) is { } existing)
        {
            throw new UserErrorException($"{existing} is there already: name another directory");
        }

        using var certificate = SelfSigned.Create(TimeProvider.System, ["localhost"], [IPAddress.Loopback, IPAddress.IPv6Loopback]);
        string[] contents = [ExampleConfig.StaticJson, ExampleConfig.DomainsJson, SelfSigned.ToPem(certificate)];
        try
        {
            PrivateFiles.CreateDirectory(directory);
            foreach ((string file, string content) in files.Zip(contents))
            {
                PrivateFiles.Write(Path.Combine(directory, file), Encoding.UTF8.GetBytes(content));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"cannot write in {directory}: {e.Message.TrimEnd('.')}: correct it, or name another directory", e);
        }

        output.WriteLine($"""
            {directory} has a configuration that runs as it is:
              mox serve --config {directory}
              mox account set-password {ExampleConfig.Account} --config {directory}
            """);
        return 0;
    }
}
