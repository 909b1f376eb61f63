using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Mox.Config;
using Mox.Host.Control;
using Mox.Host.Operations;

namespace Mox.Host.Cli;

/// <summary>What an operator's command runs with.</summary>
internal sealed class OperatorContext(ParseResult parsed, string? configDirectory, bool json)
{
    /// <summary>The environment variable that stands in for <c>--config</c>.</summary>
    public const string Variable = "MOX_CONFIG";

    private string? _dataDirectory;

    /// <summary>The arguments.</summary>
    public ParseResult Parsed => parsed;

    /// <summary>Whether there is one to work on: named, or in the environment.</summary>
    public bool HasConfig => NamedOr(configDirectory) is not null;

    /// <summary>The configuration directory, in full.</summary>
    /// <exception cref="UserErrorException">None is named.</exception>
    public string ConfigDirectory => DirectoryOf(configDirectory);

    /// <summary>The configuration directory that an option names, or else the environment; in full.</summary>
    /// <exception cref="UserErrorException">None is named.</exception>
    public static string DirectoryOf(string? option) => Path.GetFullPath(
        NamedOr(option) ?? throw new UserErrorException($"name the configuration directory: --config DIR, or the environment variable {Variable}"));

    /// <summary>The data directory of that configuration.</summary>
    /// <exception cref="ConfigException">The configuration cannot be read.</exception>
    public string DataDirectory => _dataDirectory ??= Config.DataDirectory.Of(ConfigDirectory);

    /// <summary>Where results go.</summary>
    public TextWriter Output => parsed.InvocationConfiguration.Output;

    /// <summary>Whether results are wanted as JSON.</summary>
    public bool IsJson => json;

    private static string? NamedOr(string? option) => option ?? (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } variable ? variable : null);

    /// <summary>An argument that is there.</summary>
    public T Get<T>(Argument<T> argument) => parsed.GetRequiredValue(argument);

    /// <summary>The running server.</summary>
    /// <exception cref="UserErrorException">There is none.</exception>
    public ControlClient Connect() => ControlClient.Connect(DataDirectory);

    /// <summary>Has an operation done: by the running server, or here on the files when none runs.</summary>
    /// <exception cref="UserErrorException">It is refused, or a server runs that cannot be reached.</exception>
    public async Task<TAnswer> RunAsync<TRequest, TAnswer>(Operation<TRequest, TAnswer> operation, TRequest request, CancellationToken ct)
    {
        using ControlClient? server = ControlClient.TryConnect(DataDirectory);
        if (server is not null)
        {
            return await server.PostAsync(operation.Name, request, operation.Request, operation.Answer, ct);
        }

        using LiveConfig config = global::Mox.Host.ConfigDirectory.Open(ConfigDirectory, TimeProvider.System);
        await using OfflineStore store = await OfflineStore.OpenAsync(DataDirectory, ct);
        return await operation.RunAsync(
            new OperationContext(config, store.Accounts, token => store.QueueAsync(config.Current, token), TimeProvider.System, ControlClient.User), request, ct);
    }

    /// <summary>Writes bytes as they are; on a terminal, what could steer it is left out.</summary>
    public async Task WriteAsync(byte[] bytes, CancellationToken ct)
    {
        if (ReferenceEquals(Output, Console.Out) && Console.IsOutputRedirected)
        {
            await Output.FlushAsync(ct);
            await using Stream standard = Console.OpenStandardOutput();
            await standard.WriteAsync(bytes, ct);
            return;
        }

        foreach (char c in Encoding.UTF8.GetString(bytes))
        {
            Output.Write(c is '\n' or '\t' || !char.IsControl(c) ? c.ToString() : c == '\r' ? "" : "?");
        }
    }

    /// <summary>Has an operation done, and says so.</summary>
    public async Task<int> DoAsync<TRequest>(Operation<TRequest, OperationDone> operation, TRequest request, CancellationToken ct)
    {
        OperationDone done = await RunAsync(operation, request, ct);
        Output.WriteLine(TextTable.Printable(done.Done));
        return 0;
    }

    /// <summary>Prints a list: as JSON when that is asked for, else as a table.</summary>
    public int PrintList<T>(IReadOnlyList<T> lines, JsonTypeInfo<IReadOnlyList<T>> type, string[] columns, Func<T, string[]> row)
    {
        Print(lines, type, output => TextTable.Write(output, columns, lines.Select(row)));
        return 0;
    }

    /// <summary>Prints a result: as JSON when that is asked for, else as the action does.</summary>
    public void Print<T>(T value, JsonTypeInfo<T> type, Action<TextWriter> print)
    {
        if (IsJson)
        {
            Output.WriteLine(JsonSerializer.Serialize(value, type));
        }
        else
        {
            print(Output);
        }
    }
}
